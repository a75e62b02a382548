"""What audiences ask of the journal: what people did, how often, since when; and silence."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from muster.audiences import deeds, reading, whens
from muster.audiences.criteria import Criterion, Field, Ids, Leaf, Said, Setting, register
from muster.audiences.deeds import Deed
from muster.audiences.rules import Unclear
from muster.lib.words import counted
from muster.organisations.models import Organisation
from muster.people import facts

if TYPE_CHECKING:
    import ibis.expr.types as ir

deeds.register(
    Deed(facts.PERSON_JOINED, "joined the list", "join the list"),
    Deed(facts.PERSON_IMPORTED, "came with a file", "come with a file", is_theirs=False),
    Deed(facts.CONSENT_GIVEN, "gave consent", "give consent"),
    Deed(facts.CONSENT_WITHDRAWN, "withdrew consent", "withdraw consent"),
    Deed(facts.ASKED_TO_STOP, "asked us to stop", "ask us to stop"),
)
MOST_TIMES = 1_000


@register
class Did(Criterion):
    """`{"kind": "volunteered", "times": 2, "when": {"days": 90}, "about": ["sending", 5]}`"""

    key = "did"
    name = "Did something"
    group = "What they did"

    def fields(self, organisation: Organisation, said: Said) -> list[Field]:
        known = sorted(deeds.known().values(), key=lambda deed: deed.name)
        about = said.get("about", "")
        abouts = [("", "Anything"), *(_options(known, organisation))]
        return [
            Field("kind", "Who", options=[(d.kind, d.name) for d in known], value=said.get("kind")),
            Field("times", "At least … times", "number", value=said.get("times", 1)),
            *whens.fields(said),
            Field(
                "about",
                "About",
                options=abouts,
                value=f"{about[0]} {about[1]}" if isinstance(about, list) else about,
                only=("kind", [d.kind for d in known if any(d.abouts(organisation))]),
            ),
        ]

    def read(self, said: Said, organisation: Organisation) -> Leaf:
        kind = reading.one_of(said, "kind", deeds.known(), "what they did")
        times = {"times": said.get("times") or 1}
        leaf: Leaf = {
            "is": self.key,
            "kind": kind,
            "times": reading.number(times, "times", "how often", least=1, most=MOST_TIMES),
            "when": whens.read(said),
        }
        if about := _read_about(said.get("about")):
            leaf["about"] = about
        return leaf

    def words(self, leaf: Leaf, organisation: Organisation, *, is_not: bool) -> str:
        deed = deeds.known()[leaf["kind"]]
        said = f"who did not {deed.do}" if is_not else f"who {deed.did}"
        often = ""
        if leaf["times"] > 1:
            often = " twice" if leaf["times"] == 2 else f" {leaf['times']:,} times"
            often = often if is_not else f" at least{often}"
        about = f" ({_name_of(leaf, deed, organisation)})" if "about" in leaf else ""
        when = whens.in_words(leaf["when"], "")
        return f"{said}{often}{about}{' ' if when else ''}{when}"

    def resolve(self, leaf: Leaf, setting: Setting) -> Leaf:
        return leaf | {"when": whens.resolve(leaf["when"], setting), "of": setting.organisation.pk}

    def build(self, leaf: Leaf) -> Ids:
        facts = _facts(leaf, [leaf["kind"]])
        if about := leaf.get("about"):
            facts = facts.filter(facts.about_kind == about[0], facts.about_id == about[1])
        if leaf["times"] > 1:
            counted = facts.group_by("person_id").agg(n=facts.count())
            facts = counted.filter(counted.n >= leaf["times"])
        return Ids(facts.select("person_id"))


@register
class Silent(Criterion):
    """`{"days": 365}`: nothing of their own doing in so many days."""

    key = "silent"
    name = "Did nothing"
    group = "What they did"

    def fields(self, organisation: Organisation, said: Said) -> list[Field]:
        days = said.get("days", 365)
        return [Field("days", "In the last … days", "number", value=days)]

    def read(self, said: Said, organisation: Organisation) -> Leaf:
        days = reading.number(said, "days", "the days", least=1, most=whens.LONGEST_DAYS)
        return {"is": self.key, "days": days}

    def words(self, leaf: Leaf, organisation: Organisation, *, is_not: bool) -> str:
        long = "a year" if leaf["days"] == 365 else counted(leaf["days"], "day", "days")
        return f"who did something within {long}" if is_not else f"who did nothing for {long}"

    def resolve(self, leaf: Leaf, setting: Setting) -> Leaf:
        when = whens.resolve({"days": leaf["days"]}, setting)
        return leaf | {"when": when, "of": setting.organisation.pk, "kinds": deeds.theirs()}

    def build(self, leaf: Leaf) -> Ids:
        return Ids(_facts(leaf, leaf["kinds"]).select("person_id"), is_without=True)


def _facts(leaf: Leaf, kinds: list[str]) -> "ir.Table":
    from muster.audiences.tables import FACTS, between

    which = FACTS.kind == kinds[0] if len(kinds) == 1 else FACTS.kind.isin(kinds)
    return FACTS.filter(
        FACTS.organisation_id == leaf["of"],
        which,
        FACTS.person_id.notnull(),
        *between(FACTS.at, leaf["when"]),
    )


def _options(known: Iterable[Deed], organisation: Organisation) -> list[tuple[str, str]]:
    found = {about for deed in known for about in deed.abouts(organisation)}
    return [(f"{kind} {pk}", name) for kind, pk, name in sorted(found, key=lambda a: a[2])]


def _read_about(said: Any) -> list[Any]:
    if not said:
        return []
    parts = said.split(" ") if isinstance(said, str) else said
    if isinstance(parts, list) and len(parts) == 2 and str(parts[1]).isdecimal():
        kind, number = str(parts[0]), int(parts[1])
        if kind.isidentifier() and number < 2**62:
            return [kind, number]
    raise Unclear("Choose what it was about.")


def _name_of(leaf: Leaf, deed: Deed, organisation: Organisation) -> str:
    kind, pk = leaf["about"]
    names = {(k, i): name for k, i, name in deed.abouts(organisation)}
    return names.get((kind, pk), "something that is gone")
