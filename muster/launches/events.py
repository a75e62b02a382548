"""Writing down what happens to a launch: every state, time, person and reason, for good."""

from collections.abc import Iterable
from datetime import datetime

from muster.journal import journal
from muster.launches.models import Event, Launch
from muster.organisations.models import Member

DRAFTED = "drafted"
CHANGED = "changed"
STAGED = "staged"
REHEARSED = "rehearsed"
ARMED = "armed"
ARMING_LAPSED = "arming lapsed"
SEALED = "sealed"
DISARMED = "disarmed"
WENT = "went"
HELD = "held"
LET_GO = "let go"
WITHDRAWN = "withdrawn"
RETRIED = "retried"
RESEALED = "resealed"
STOPPED = "stopped"
WENT_ON = "went on"
PUT_AWAY = "put away"
TAKEN_OUT = "taken out"
RENAMED = "renamed"


def tell(
    launch: Launch,
    what: str,
    *,
    at: datetime,
    by: Member | None,
    reason: str = "",
    fact: str = "",
) -> None:
    """Something happened to the whole launch; `fact` goes into the journal too."""
    Event.objects.create(launch=launch, what=what, at=at, by=by, reason=reason[:300])
    if fact:
        about = ("launch", launch.pk)
        journal.record(fact, launch.organisation, at=at, by=by, about=about)


def tell_of_items(
    launch: Launch,
    what: str,
    items: Iterable[tuple[int, str, str]],
    *,
    at: datetime,
    by: Member | None,
    fact: str = "",
) -> None:
    """The same of single items: (place id, kind, reason). One fact a seat, if any."""
    rows = list(items)
    Event.objects.bulk_create(
        Event(launch=launch, place_id=place, kind=kind, what=what, at=at, by=by, reason=why[:300])
        for place, kind, why in rows
    )
    if not fact:
        return
    journal.record_many(
        journal.Entry(
            organisation_id=launch.organisation_id,
            kind=fact,
            at=at,
            place_id=place,
            member_id=by.pk if by else None,
            about_kind="launch",
            about_id=launch.pk,
        )
        for place in dict.fromkeys(place for place, _, _ in rows)
    )
