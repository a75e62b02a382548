"""What a standing is read from: a few small statements, never a million deliveries."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, Sum

from muster.content.models import Cut
from muster.launches import permitting, readiness, rules
from muster.launches.locking import fresh
from muster.launches.models import Launch
from muster.lib.times import now
from muster.messaging.models import ReasonTally, Sending
from muster.messaging.standing import SeatNow, seats_of
from muster.publishing import standing as publications

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
    ready = readiness.lately(launch, at or now()) if launch.went_at is None else None
    return Gathered(
        launch=launch,
        kinds=launch.kinds,
        sending=sending,
        places=_named(launch),
        items=_items(launch),
        uploads={(row.place_id, row.kind): row for row in _uploads(launch)},
        tallies=seats_of(sending) if sending else {},
        left_out=_left_out(sending) if sending else {},
        problems=_without_staging(launch, ready) if ready else {},
        nobody=frozenset(ready.nobody) if ready else frozenset(),
        armed_by=[arming.by.name for arming in permitting.armings_in_force(launch)],
        has_rehearsed=bool(launch.rehearsal and launch.rehearsal.finished_at),
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


def _left_out(sending: Sending) -> dict[str, int]:
    rows = ReasonTally.objects.filter(sending_id=sending.pk).values_list("reason")
    counted = rows.annotate(all=Sum("people")).order_by("-all", "reason")
    return {reason: int(people) for reason, people in counted}


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
