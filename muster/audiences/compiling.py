"""From a definition to SQL: resolved to plain data first, then built with Ibis, and kept.

What only the database knows (ids of seats, of tags) and what only the clock knows (midnights) goes
into the resolved definition; the SQL follows from that alone. So the same words on the same day
compile once, and a new day compiles anew. Ibis compiles; our own connections run it.
"""

import json
from datetime import datetime
from functools import lru_cache, reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

from muster.audiences import criteria, leaving_out, special
from muster.audiences.criteria import Ids, Setting
from muster.audiences.rules import Node
from muster.organisations.models import Organisation
from muster.people.explicit import SPECIAL

if TYPE_CHECKING:
    import ibis.expr.types as ir

KEPT = 512
POSTGRES, DUCKDB = "postgres", "duckdb"
SAMPLE = 10
WAYS = ("email", "sms", "call", "post")
# Multiplying by one prime modulo another scatters ids: a sample drawn by it looks drawn by lot.
SCATTER, PRIME = 48_271, 2_147_483_647


def resolve(definition: Node, setting: Setting) -> Node:
    """The definition in ids and instants, its nots moved down to the leaves. Raises `Unclear`."""
    who = _resolve(definition["who"], setting, is_not=False)
    return {"who": who, "one_per_household": definition["one_per_household"]}


def _resolve(node: Node, setting: Setting, *, is_not: bool) -> Node:
    if "not" in node:
        return _resolve(node["not"], setting, is_not=not is_not)
    for many, opposite in (("all", "any"), ("any", "all")):
        if many in node:
            children = [_resolve(child, setting, is_not=is_not) for child in node[many]]
            return {opposite if is_not else many: children}
    return criteria.of(node).resolve(node, setting) | {"is": node["is"], "is_not": is_not}


def sql(
    what: str,
    definition: Node,
    organisation: Organisation,
    *,
    at: datetime,
    seats: frozenset[int] | None = None,
    dialect: str = POSTGRES,
    wide: bool = False,
) -> str:
    """The statement for `what` (see `SHAPES`) among the people in these seats; None: all of them.

    Where it asks of special data, of who consented to it explicitly, unless it may reach `wide`
    (see `special`; DP-9T). Raises `Unclear`.
    """
    setting = Setting(organisation, at)
    resolved = resolve(definition, setting)
    if not wide and special.fields_used(definition, organisation):
        resolved["explicit"] = True
    if what == "figures":
        resolved["caps"] = _caps(setting)
    said = json.dumps(resolved, sort_keys=True)
    return _compiled(what, said, organisation.pk, seats, dialect)


def within(
    what: str,
    definition: Node,
    organisation: Organisation,
    *,
    at: datetime,
    seats: frozenset[int] | None = None,
    wide: bool = False,
) -> str:
    """The same to stand in another statement that has parameters. Raises `Unclear`.

    It holds words people typed: a % among them is doubled.
    """
    said = sql(what, definition, organisation, at=at, seats=seats, wide=wide)
    return said.replace("%", "%%")


@lru_cache(maxsize=KEPT)
def _compiled(
    what: str, said: str, organisation_id: int, seats: frozenset[int] | None, dialect: str
) -> str:
    from ibis.backends.sql.compilers.duckdb import DuckDBCompiler
    from ibis.backends.sql.compilers.postgres import PostgresCompiler

    compiler = {POSTGRES: PostgresCompiler, DUCKDB: DuckDBCompiler}[dialect]
    resolved = json.loads(said)
    people = core(resolved, organisation_id, seats)
    if "caps" in resolved:
        people = _capped(people, resolved["caps"])
    return str(compiler().to_sqlglot(SHAPES[what](people)).sql(dialect))


def _caps(setting: Setting) -> Node:
    """Who is left out of a channel that is open to them, where there may be any (`leaving_out`)."""
    return {
        channel: criteria.of(leaf).resolve(leaf, setting)
        for channel, leaf in leaving_out.caps().items()
        if criteria.of(leaf).is_offered(setting.organisation)
    }


def _capped(people: "ir.Table", caps: Node) -> "ir.Table":
    """Their way on a channel, or that they had enough of it."""
    for channel, leaf in caps.items():
        enough = people.person_id.isin(criteria.of(leaf).build(leaf).of.person_id)
        is_open = people[channel].isin([int(way) for way in leaving_out.OPEN])
        way = (enough & is_open).ifelse(leaving_out.CAPPED, people[channel])
        people = people.mutate(**{channel: way})
    return people


def core(resolved: Node, organisation_id: int, seats: frozenset[int] | None) -> "ir.Table":
    """The summaries of everyone in it."""
    from muster.audiences.tables import SUMMARY

    people = SUMMARY.filter(SUMMARY.organisation_id == organisation_id)
    people = _narrow(people, resolved["who"])
    if resolved.get("explicit"):
        people = people.semi_join(_explicit(organisation_id), "person_id")
    if resolved["one_per_household"]:
        people = _one_per_household(people, organisation_id)
    return people if seats is None else people.filter(people.seat_id.isin(sorted(seats)))


def _explicit(organisation_id: int) -> "ir.Table":
    """Whose latest word on some channel is yes to being chosen by special data."""
    from muster.audiences.tables import SAID

    said = SAID.filter(SAID.organisation_id == organisation_id, SAID.purpose == SPECIAL)
    latest = said.group_by("person_id", "channel").agg(
        yes=said["at"].max(where=said.is_given), no=said["at"].max(where=~said.is_given)
    )
    stands = latest.yes.notnull() & (latest.no.isnull() | (latest.yes > latest.no))
    return latest.filter(stands).select("person_id").distinct()


def _narrow(people: "ir.Table", node: Node) -> "ir.Table":
    """Joins where everything must hold, so that a database may begin with whatever is rarest."""
    if "all" not in node:
        node = {"all": [node]}
    conditions: list[ir.BooleanValue] = []
    joins: list[Ids] = []
    for child in node["all"]:
        built = _built(child) if "is" in child else _condition(child)
        (joins if isinstance(built, Ids) else conditions).append(built)
    if conditions:
        people = people.filter(*conditions)
    for ids in joins:
        join = people.anti_join if ids.is_without else people.semi_join
        people = join(ids.of, "person_id")
    return people


def _condition(node: Node) -> "ir.BooleanValue":
    """The same as one condition, for what stands beneath an `any`."""
    import ibis

    from muster.audiences.tables import SUMMARY

    for many, joined, nothing in (("all", and_, True), ("any", or_, False)):
        if many in node:
            return reduce(joined, map(_condition, node[many]), ibis.literal(nothing))
    built = _built(node)
    if not isinstance(built, Ids):
        return built
    mine = SUMMARY.person_id.isin(built.of.person_id)
    return ~mine if built.is_without else mine


def _built(leaf: Node) -> Any:
    """One leaf, turned into its opposite where asked: what is not known counts as a no."""
    built = criteria.of(leaf).build(leaf)
    if not leaf["is_not"]:
        return built
    if isinstance(built, Ids):
        return Ids(built.of, not built.is_without)
    return ~built.fill_null(False)


def _one_per_household(people: "ir.Table", organisation_id: int) -> "ir.Table":
    """Of those who share an address, the one who has been on the list longest."""
    from muster.audiences.tables import PERSON

    theirs = PERSON.filter(PERSON.organisation_id == organisation_id, PERSON.household_id.notnull())
    housed = people.join(theirs, people.person_id == theirs.id)
    first = housed.group_by("household_id").agg(person_id=housed.person_id.min())
    alone = people.anti_join(theirs, people.person_id == theirs.id)
    return people.filter(
        people.person_id.isin(first.person_id) | people.person_id.isin(alone.person_id)
    )


def _figures(people: "ir.Table") -> "ir.Table":
    return people.group_by("seat_id", *WAYS).agg(n=people.count())


def _count(people: "ir.Table") -> "ir.Table":
    return people.agg(n=people.count())


def _ids(people: "ir.Table") -> "ir.Table":
    return people.select("person_id", "seat_id")


def _sample(people: "ir.Table") -> "ir.Table":
    mixed = (people.person_id * SCATTER) % PRIME
    return people.select("person_id", mixed=mixed).order_by("mixed", "person_id").limit(SAMPLE)


SHAPES = {"figures": _figures, "count": _count, "ids": _ids, "sample": _sample}
