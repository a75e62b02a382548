"""A tree of criteria as plain data: looked through and changed without a database or a clock.

    {"all": [node, …]}   {"any": [node, …]}   {"not": node}   {"is": "tag", "tag": 7}

A path names a node by the numbers of the branches that lead to it: () is the whole tree.
"""

from collections.abc import Iterator
from typing import Any

Node = dict[str, Any]
Path = tuple[int, ...]

DEEPEST = 8
MOST_LEAVES = 60
MANY = ("all", "any")


class Unclear(Exception):
    """What was asked cannot be understood; says why, for the person who asked it."""


def everyone() -> Node:
    """The audience nobody is left out of."""
    return {"all": []}


def check_shape(tree: Any) -> Node:
    """The tree itself, if its shape holds. Raises `Unclear`. What leaves say is not looked at."""
    leaves = _check(tree, 0)
    if leaves > MOST_LEAVES:
        raise Unclear(f"This audience has {leaves} conditions; {MOST_LEAVES} is the most.")
    return tree  # type: ignore[no-any-return]


def _check(node: Any, depth: int) -> int:
    """How many leaves there are."""
    if depth > DEEPEST:
        raise Unclear(f"Conditions are nested more than {DEEPEST} deep.")
    if not isinstance(node, dict):
        raise Unclear("A condition is missing.")
    for many in MANY:
        if many in node:
            if set(node) != {many} or not isinstance(node[many], list):
                raise Unclear(f"“{many}” stands alone and holds a list.")
            return sum(_check(child, depth + 1) for child in node[many])
    if "not" in node:
        if set(node) != {"not"}:
            raise Unclear("“not” stands alone and holds one condition.")
        return _check(node["not"], depth + 1)
    if not isinstance(node.get("is"), str):
        raise Unclear("A condition does not say what it asks.")
    return 1


def leaves(node: Node) -> Iterator[Node]:
    """Every single condition, in the order of the sentence."""
    if "is" in node:
        yield node
    for child in _children(node):
        yield from leaves(child)


def at(tree: Node, path: Path) -> Node:
    """The node at a path. Raises `Unclear` where there is none."""
    for number in path:
        children = _children(tree)
        if not 0 <= number < len(children):
            raise Unclear("That condition is no longer there.")
        tree = children[number]
    return tree


def put(tree: Node, path: Path, node: Node) -> Node:
    """The same tree with another node at a path."""
    at(tree, path)
    if not path:
        return node
    first, rest = path[0], path[1:]
    children = list(_children(tree))
    children[first] = put(children[first], rest, node)
    return _with(tree, children)


def add(tree: Node, path: Path, node: Node, joined: str = "all") -> Node:
    """A further condition beside the one at a path: both (`all`) or one of them (`any`)."""
    there = at(tree, path)
    if joined in there:
        return put(tree, path, {joined: [*there[joined], node]})
    return put(tree, path, {joined: [there, node]})


def without(tree: Node, path: Path) -> Node:
    """The tree with one node taken out, and the groups it leaves empty or alone."""
    at(tree, path)
    if not path:
        return everyone()
    above, last = path[:-1], path[-1]
    parent = at(tree, above)
    if "not" in parent:
        return without(tree, above)
    children = [c for n, c in enumerate(_children(parent)) if n != last]
    return tidy(put(tree, above, _with(parent, children)))


def turned(tree: Node, path: Path) -> Node:
    """The tree with one node turned into its opposite."""
    there = at(tree, path)
    return put(tree, path, there.get("not", {"not": there}))


def tidy(tree: Node) -> Node:
    """The same meaning in fewer words: groups of one are opened, the root is always an `all`."""
    tree = _tidy(tree)
    return tree if "all" in tree else {"all": [tree]}


def _tidy(node: Node) -> Node:
    if "not" in node:
        inner = _tidy(node["not"])
        opened: Node = inner.get("not", {"not": inner})
        return opened
    for many in MANY:
        if many in node:
            children: list[Node] = []
            for child in map(_tidy, node[many]):
                children += child.get(many, [child])
            children = [c for c in children if c not in ({"all": []}, {"any": []})]
            return children[0] if len(children) == 1 else {many: children}
    return node


def _children(node: Node) -> list[Node]:
    for many in MANY:
        if many in node:
            return list(node[many])
    return [node["not"]] if "not" in node else []


def _with(node: Node, children: list[Node]) -> Node:
    if "not" in node:
        return {"not": children[0]}
    return {next(many for many in MANY if many in node): children}
