"""What the builder is asked: which sentence, and what to do with it. All of it is in the address.

d       the audience, packed          at      a condition, by its path
add     a kind of condition to fill   edit    a condition to look at
put     fill it: how = all, any, replace      drop, turn    take one out, turn it round
seat    narrow to a seat              household   1 or 0
"""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from muster.audiences import criteria, definitions, rules, sentence
from muster.audiences.criteria import Criterion, Field, Said
from muster.audiences.rules import Node, Path, Unclear
from muster.organisations.models import Organisation

HOWS = ("all", "any", "replace")
ACTS = ("put", "drop", "turn", "seat", "household")


@dataclass(frozen=True)
class Form:
    """The condition being filled in; `said` is what was typed, if it was refused."""

    criterion: Criterion
    fields: list[Field]
    how: str
    at: str
    is_not: bool = False
    problem: str = ""


@dataclass(frozen=True)
class Builder:
    """One state of the page."""

    organisation: Organisation
    definition: Node
    form: Form | None = None
    editing: Path | None = None
    problem: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def packed(self) -> str:
        return definitions.packed(self.definition)

    @property
    def parts(self) -> list[sentence.Part]:
        return sentence.parts(self.definition, self.organisation)

    @property
    def is_everyone(self) -> bool:
        return bool(self.definition["who"] == rules.everyone())

    @property
    def here(self) -> str:
        """The address of this sentence, with nothing else asked."""
        return self.address()

    def address(self, **asked: str) -> str:
        return "?" + urlencode({"d": self.packed, **self.extra, **asked})

    @property
    def kinds(self) -> dict[str, list[tuple[str, str]]]:
        """What may be added, group by group: (name, address)."""
        found: dict[str, list[tuple[str, str]]] = {}
        for key, criterion in criteria.known().items():
            if criterion.is_offered(self.organisation):
                href = self.address(add=key)
                found.setdefault(criterion.group, []).append((criterion.name, href))
        return {group: found[group] for group in GROUPS if group in found}


GROUPS = ("Where they live", "Who they are", "What they did", "What they allow", "Parts")


def read(asked: Said, organisation: Organisation, start: Node | None = None) -> Builder:
    """The state asked for; what cannot be read leaves the sentence as it was, with a word why."""
    word = asked.get("d", "")
    try:
        definition = start if start and not word else definitions.unpacked(word, organisation)
    except Unclear as unclear:
        return Builder(organisation, start or definitions.empty(), problem=str(unclear))
    builder = Builder(organisation, definition)
    try:
        return _opened(builder, asked)
    except Unclear as unclear:
        return Builder(organisation, definition, problem=str(unclear))


def _opened(builder: Builder, asked: Said) -> Builder:
    organisation, definition = builder.organisation, builder.definition
    if "edit" in asked:
        path = _path(asked["edit"])
        node = rules.at(definition["who"], path)
        leaf = node.get("not", node)
        form = None
        if "is" in leaf:
            kind = criteria.of(leaf)
            fields = kind.fields(organisation, leaf)
            form = Form(kind, fields, "replace", asked["edit"], is_not="not" in node)
        return Builder(organisation, definition, form, path)
    if "add" in asked:
        kind = criteria.of({"is": asked["add"]})
        how = asked.get("how", "all")
        fields = kind.fields(organisation, {})
        form = Form(kind, fields, how if how in HOWS else "all", asked.get("at", ""))
        return Builder(organisation, definition, form)
    return builder


def changed(asked: Said, builder: Builder) -> Builder | None:
    """The state after the act that is asked for; None: nothing was to be done.

    A condition filled in wrongly comes back with its form and what is wrong.
    """
    act = next((act for act in ACTS if act in asked), None)
    if act is None:
        return None
    definition = builder.definition
    try:
        if act == "household":
            said = definition | {"one_per_household": asked[act] == "1"}
        else:
            said = definition | {"who": rules.tidy(_act(act, asked, builder))}
        return Builder(builder.organisation, definitions.read(said, builder.organisation))
    except Unclear as unclear:
        if act != "put":
            return Builder(builder.organisation, definition, problem=str(unclear))
        form = _refused(asked, builder.organisation, str(unclear))
        return Builder(builder.organisation, definition, form, problem="" if form else str(unclear))


def _act(act: str, asked: Said, builder: Builder) -> Node:
    tree = builder.definition["who"]
    if act == "seat":
        return _in_seat(tree, asked["seat"])
    if act == "put":
        return _put(tree, asked, builder.organisation)
    path = _path(asked[act])
    return rules.without(tree, path) if act == "drop" else rules.turned(tree, path)


def _put(tree: Node, asked: Said, organisation: Organisation) -> Node:
    leaf: Node = criteria.of({"is": asked["put"]}).read(asked, organisation)
    if asked.get("not") == "1":
        leaf = {"not": leaf}
    how, path = asked.get("how", "all"), _path(asked.get("at", ""))
    if how == "replace":
        return rules.put(tree, path, leaf)
    return rules.add(tree, path, leaf, "any" if how == "any" else "all")


def _in_seat(tree: Node, code: str) -> Node:
    """Pressing a seat narrows to it; pressing the only one again lets it go."""
    only = {"is": "place", "places": [code]}
    children = tree.get("all", [tree])
    if only in children:
        return {"all": [c for c in children if c != only]}
    single = [c for c in children if c.get("is") == "place" and len(c.get("places", [])) == 1]
    return {"all": [*(c for c in children if c not in single), only]}


def _refused(asked: Said, organisation: Organisation, problem: str) -> Form | None:
    try:
        kind = criteria.of({"is": asked["put"]})
    except Unclear:
        return None
    how = asked.get("how", "all")
    at = asked.get("at", "")
    fields = [
        _with_value(f, asked) for f in kind.fields(organisation, {}) if f.kind != "choices"
    ] + [f for f in kind.fields(organisation, {}) if f.kind == "choices"]
    return Form(kind, fields, how if how in HOWS else "all", at, asked.get("not") == "1", problem)


def _with_value(one: Field, asked: Said) -> Field:
    value = asked.get(one.name, one.value)
    return Field(one.name, one.label, one.kind, one.options, value, one.help, one.only, one.groups)


def _path(word: str) -> Path:
    """`1.0` → (1, 0). Raises `Unclear`."""
    parts = [part for part in word.split(".") if part]
    if not all(part.isdecimal() and len(part) < 4 for part in parts):
        raise Unclear("That condition is no longer there.")
    return tuple(int(part) for part in parts)
