"""Counting an audience within someone's reach: how many, where, by which channel, and who."""

import hashlib
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from muster.audiences import compiling
from muster.audiences.leaving_out import Reached, shares
from muster.audiences.rules import Node, Unclear
from muster.organisations.models import Organisation
from muster.people import counting as people_counting
from muster.people import summing_up
from muster.people.models import Person

PATIENCE = 30_000  # ms, after which a page says so instead of waiting on
SLOW = 0.3  # seconds from which a count is remembered for a minute
FRESHENED = 20_000  # changes taken in before a count; more are left to the job
# Room to hash what conditions beneath an “or” compare with: a few million ids.
ROOMY = f"SET LOCAL work_mem = '128MB'; SET LOCAL statement_timeout = {PATIENCE}"


@dataclass(frozen=True)
class Figures:
    """An audience in numbers. `by_seat`: ids of seats, None for no seat known.

    `late` changes to people are not in it yet.
    """

    total: int = 0
    by_seat: dict[int | None, int] = field(default_factory=dict)
    by_channel: dict[str, dict[int, int]] = field(default_factory=dict)
    late: int = 0

    @property
    def channels(self) -> list[Reached]:
        return shares(self.by_channel)


def figures(
    definition: Node,
    organisation: Organisation,
    *,
    at: datetime,
    seats: Collection[int] | None,
    wide: bool = False,
) -> Figures:
    """Everything a page shows of an audience, in one pass over it (see `compiling.sql`).

    Raises `Unclear`.
    """
    late = summing_up.catch_up(organisation.pk, at_most=FRESHENED)
    among = None if seats is None else frozenset(seats)
    asked = (definition, organisation)
    statement = compiling.sql("figures", *asked, at=at, seats=among, wide=wide)
    which = "audience." + hashlib.sha256(statement.encode()).hexdigest()
    counted = people_counting.remembered(
        organisation.pk, which, lambda: _added(ask(statement)), worth=SLOW
    )
    return _figures(counted, late)


def without_consent(
    definition: Node, organisation: Organisation, *, at: datetime, seats: Collection[int] | None
) -> int:
    """How many it describes but may not find: they did not consent explicitly (DP-9T).

    Raises `Unclear`.
    """
    among = None if seats is None else frozenset(seats)
    asked = (definition, organisation)
    wide, narrow = (
        ask(compiling.sql("count", *asked, at=at, seats=among, wide=is_wide))[0][0]
        for is_wide in (True, False)
    )
    return int(wide - narrow)


def ids(
    definition: Node, organisation: Organisation, *, at: datetime, seats: Collection[int] | None
) -> list[tuple[int, int | None]]:
    """(person, seat) of everyone in it now. Raises `Unclear`."""
    summing_up.catch_up(organisation.pk)
    among = None if seats is None else frozenset(seats)
    return ask(compiling.sql("ids", definition, organisation, at=at, seats=among))


def sample(
    definition: Node,
    organisation: Organisation,
    *,
    at: datetime,
    seats: Collection[int] | None,
    wide: bool = False,
) -> list[Person]:
    """Ten of them, as if drawn by lot, the same ones each time. Raises `Unclear`."""
    among = None if seats is None else frozenset(seats)
    asked = (definition, organisation)
    rows = ask(compiling.sql("sample", *asked, at=at, seats=among, wide=wide))
    people = Person.objects.filter(organisation=organisation, pk__in=[row[0] for row in rows])
    # Someone may have moved out of reach a moment ago: the summary would not know yet.
    if seats is not None:
        people = people.filter(seat__in=list(seats))
    found = people.select_related("seat").in_bulk()
    return [found[row[0]] for row in rows if row[0] in found]


def ask(statement: str) -> list[Any]:
    """Run a compiled statement on PostgreSQL. Raises `Unclear` when it takes too long."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(ROOMY)
            cursor.execute(statement)
            rows: list[Any] = cursor.fetchall()
            cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL work_mem = DEFAULT")
            return rows
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise Unclear("This takes too long to count. Narrow it, by place or by time.") from None
        raise


def _added(rows: list[Any]) -> dict[str, int]:
    """The rows of one pass, as counts that can be remembered: all, by seat, by channel and way."""
    found: Counter[str] = Counter()
    for seat, *ways, n in rows:
        found["all"] += n
        found[f"seat {seat or ''}"] += n
        for channel, way in zip(compiling.WAYS, ways, strict=True):
            found[f"{channel} {way}"] += n
    return dict(found)


def _figures(counted: dict[str, int], late: int) -> Figures:
    by_seat: dict[int | None, int] = {}
    by_channel: dict[str, dict[int, int]] = {channel: {} for channel in compiling.WAYS}
    for key, n in counted.items():
        what, _, which = key.partition(" ")
        if what == "seat":
            by_seat[int(which) if which else None] = n
        elif what in by_channel:
            by_channel[what][int(which)] = n
    return Figures(counted.get("all", 0), by_seat, by_channel, late)
