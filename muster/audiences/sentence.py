"""An audience said in one sentence, in parts, so that a page can make chips of its conditions."""

from collections.abc import Iterator
from dataclasses import dataclass

from muster.audiences import criteria
from muster.audiences.rules import Node, Path
from muster.organisations.models import Organisation


@dataclass(frozen=True)
class Part:
    """Plain words, or a condition: then `path` says where it stands in the tree."""

    words: str
    path: Path | None = None
    is_not: bool = False

    @property
    def at(self) -> str:
        """The path as a word, for an address."""
        return ".".join(map(str, self.path or ()))


def parts(definition: Node, organisation: Organisation) -> list[Part]:
    """“People”, “in Stroud”, “and”, “tagged ‘Driver’”."""
    who = definition["who"]
    household = ", one in each household" if definition["one_per_household"] else ""
    if not who.get("all", [who]):
        return [Part(f"Everyone on the list{household}")]
    return [Part("People "), *_of(who, (), organisation, is_top=True), Part(household)]


def _of(node: Node, path: Path, organisation: Organisation, *, is_top: bool) -> Iterator[Part]:
    if "not" in node and "is" in node["not"]:
        yield _chip(node["not"], path, organisation, is_not=True)
    elif "not" in node:
        yield Part("not ")
        yield from _of(node["not"], (*path, 0), organisation, is_top=False)
    elif "is" in node:
        yield _chip(node, path, organisation, is_not=False)
    else:
        joined = "all" if "all" in node else "any"
        if not is_top:
            yield Part("(" if joined == "all" else "(either ")
        for number, child in enumerate(node[joined]):
            if number:
                yield Part(" and " if joined == "all" else " or ")
            yield from _of(child, (*path, number), organisation, is_top=False)
        if not is_top:
            yield Part(")")


def _chip(leaf: Node, path: Path, organisation: Organisation, *, is_not: bool) -> Part:
    words = criteria.of(leaf).words(leaf, organisation, is_not=is_not)
    return Part(words, path, is_not)


def in_words(definition: Node, organisation: Organisation) -> str:
    """The whole of it: “People in Stroud and tagged ‘Driver’.”"""
    return "".join(part.words for part in parts(definition, organisation)) + "."
