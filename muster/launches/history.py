"""Everything that happened to a launch or to one seat of it, newest first, with who and why.

What the launch itself writes down: drafted, changed, staged, rehearsed, armed, arming lapsed,
sealed, disarmed, went, held, let go, withdrawn, retried, resealed, stopped, went on. What is read
of its posts and ads: the words of `publishing.events`; of its e-mail: finished.
"""

from dataclasses import dataclass
from datetime import datetime

from muster.launches.locking import fresh
from muster.launches.models import Launch
from muster.places.models import Place
from muster.publishing.models import PublicationEvent

# Told by the launch itself, with the same people and reasons.
TOLD_HERE = ("held", "let go", "stopped", "went on", "retried")


@dataclass(frozen=True)
class Happened:
    """One thing that happened. `kind` and place are empty where it concerns all of it."""

    at: datetime
    what: str
    kind: str
    place_id: int | None
    place_name: str
    by: str
    reason: str


def of(launch: Launch, place: Place | None = None, limit: int = 200) -> list[Happened]:
    """The newest `limit`; of one seat if it is given, what concerns the whole launch included."""
    launch = fresh(launch)
    found = _own(launch, place, limit) + _published(launch, place, limit)
    if launch.sending is not None and launch.sending.finished_at is not None:
        found.append(Happened(launch.sending.finished_at, "finished", "email", None, "", "", ""))
    return sorted(found, key=lambda one: one.at, reverse=True)[:limit]


def _own(launch: Launch, place: Place | None, limit: int) -> list[Happened]:
    events = launch.events.select_related("place", "by").order_by("-at", "-pk")
    if place is not None:
        events = events.filter(place=place) | events.filter(place=None)
    return [
        Happened(
            event.at,
            event.what,
            event.kind,
            event.place_id,
            event.place.name if event.place else "",
            event.by.name if event.by else "",
            event.reason,
        )
        for event in events[:limit]
    ]


def _published(launch: Launch, place: Place | None, limit: int) -> list[Happened]:
    if launch.batch_id is None:
        return []
    events = PublicationEvent.objects.filter(publication__batch=launch.batch_id).exclude(
        what__in=TOLD_HERE
    )
    if place is not None:
        events = events.filter(publication__place=place)
    rows = events.select_related("publication__place", "by").order_by("-at", "-pk")[:limit]
    return [
        Happened(
            event.at,
            event.what,
            event.publication.kind,
            event.publication.place_id,
            event.publication.place.name,
            event.by.name if event.by else "",
            event.reason,
        )
        for event in rows
    ]
