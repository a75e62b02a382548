"""What a standing is read from: a few small statements, never a million deliveries."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from muster.content.models import Cut
from muster.launches import permitting, readiness, rules
from muster.launches.locking import fresh
from muster.launches.models import Launch
from muster.launches.rehearsing import is_rehearsed
from muster.lib.times import now
from muster.messaging.models import Sending
from muster.messaging.standing import SeatNow
from muster.publishing import standing as publications

# One statement, so that seats and reasons are of the same moment and add up.
TALLIES = """
SELECT place_id, NULL, sum(total)::integer, sum(delivered)::integer, sum(failed)::integer,
       sum(left_out)::integer, sum(uncertain)::integer, min(first_at)
  FROM messaging_seattally WHERE sending_id = %(sending)s GROUP BY place_id
 UNION ALL
SELECT 0, reason, sum(people)::integer, 0, 0, 0, 0, NULL
  FROM messaging_reasontally WHERE sending_id = %(sending)s GROUP BY reason
 ORDER BY 3 DESC, 2
"""
KEEP = 30.0  # seconds that names of seats and candidates are kept


@dataclass(frozen=True, slots=True)
class Named:
    """A seat's names, and who stands there for us."""

    code: str
    name: str
    slug: str
    candidate: str


@dataclass
class Gathered:
    """Everything seen at one moment, by place id (and kind)."""

    launch: Launch
    kinds: tuple[str, ...]
    sending: Sending | None
    places: dict[int, Named]
    items: dict[tuple[int, str], dict[str, Any]]
    uploads: dict[tuple[int, str], publications.Row]
    tallies: dict[int, SeatNow]
    left_out: dict[str, int]
    problems: dict[int, dict[str, list[str]]]
    nobody: frozenset[int]
    armed_by: list[str]
    has_rehearsed: bool


def gather(launch: Launch, at: datetime | None) -> Gathered:
    """Look at everything once. Readiness is asked only before Go."""
    launch = fresh(launch)
    sending = launch.sending
    tallies, left_out = _mailed(sending) if sending else ({}, {})
    ready = readiness.lately(launch, at or now()) if launch.went_at is None else None
    return Gathered(
        launch=launch,
        kinds=launch.kinds,
        sending=sending,
        places=_named(launch),
        items=_items(launch),
        uploads={(row.place_id, row.kind): row for row in _uploads(launch)},
        tallies=tallies,
        left_out=left_out,
        problems=_without_staging(launch, ready) if ready else {},
        nobody=frozenset(ready.nobody) if ready else frozenset(),
        armed_by=[arming.by.name for arming in permitting.armings_in_force(launch)],
        has_rehearsed=launch.went_at is None and is_rehearsed(launch),
    )


def _uploads(launch: Launch) -> list[publications.Row]:
    return publications.of(launch.batch) if launch.batch else []


def _items(launch: Launch) -> dict[tuple[int, str], dict[str, Any]]:
    """Those about which something was decided, or whose page is live: of the rest, nothing."""
    decided = Q(held_at__isnull=False) | Q(withdrawn_at__isnull=False) | Q(live_at__isnull=False)
    rows = launch.items.filter(decided).values(
        "place_id",
        "kind",
        "live_at",
        "held_at",
        "held_by__name",
        "held_reason",
        "withdrawn_at",
        "withdrawn_by__name",
        "withdrawn_reason",
    )
    return {(row["place_id"], row["kind"]): dict(row) for row in rows}


def _mailed(sending: Sending) -> tuple[dict[int, SeatNow], dict[str, int]]:
    """Every seat's e-mails by its place's id, and how many were left out for which reason."""
    with connection.cursor() as cursor:
        cursor.execute(TALLIES, {"sending": sending.pk})
        rows = cursor.fetchall()
    seats = {row[0]: SeatNow(*row[2:]) for row in rows if row[1] is None}
    return seats, {row[1]: row[2] for row in rows if row[1] is not None}


def _without_staging(launch: Launch, ready: readiness.Readiness) -> dict[int, dict[str, list[str]]]:
    """What is merely not uploaded yet, before anybody staged it, is not in trouble."""
    if launch.staged_at is not None:
        return ready.seats
    return {
        place: {k: left for k, why in kinds.items() if (left := _but_staging(why))}
        for place, kinds in ready.seats.items()
    }


def _but_staging(reasons: list[str]) -> list[str]:
    return [words for words in reasons if words != rules.NOT_STAGED]


_known: dict[int, tuple[float, dict[int, Named]]] = {}


def _named(launch: Launch) -> dict[int, Named]:
    """Its seats in the list's order; kept for a while, as nothing in it changes by the second."""
    kept = _known.get(launch.pk)
    if kept is not None and time.monotonic() - kept[0] < KEEP:
        return kept[1]
    cuts = Cut.objects.filter(master=launch.message.master_id, campaigner__kind="candidate")
    candidates = dict(cuts.values_list("place_id", "campaigner__name"))
    found = {
        place.pk: Named(place.code, place.name, place.slug, candidates.get(place.pk, ""))
        for place in launch.places()
    }
    _known[launch.pk] = (time.monotonic(), found)
    return found
