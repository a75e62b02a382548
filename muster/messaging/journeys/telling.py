"""What journeys tell the journal."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from muster.journal import journal
from muster.journal.journal import Entry
from muster.messaging import facts
from muster.messaging.journeys.models import Journey
from muster.organisations.models import Member


def tell(kind: str, journey: Journey, by: Member | None, at: datetime, what: str = "") -> None:
    """A decision about the whole of it."""
    about = ("journey", journey.pk)
    codes: dict[str, Any] = {"what": what} if what else {}
    journal.record(kind, journey.organisation, at=at, by=by, about=about, **codes)


def tell_changed(journey: Journey, by: Member | None, at: datetime, what: str) -> None:
    """It says something else from now on."""
    tell(facts.JOURNEY_CHANGED, journey, by, at, what)


def tell_of_people(
    kind: str,
    journey: Journey,
    people: Iterable[tuple[int, str]],
    at: datetime,
    by: Member | None = None,
) -> None:
    """Each (person, why in a code) who entered it or left it."""
    journal.record_many(
        Entry(
            organisation_id=journey.organisation_id,
            kind=kind,
            at=at,
            person_id=person,
            member_id=by.pk if by else None,
            about_kind="journey",
            about_id=journey.pk,
            codes={"why": why} if why else {},
        )
        for person, why in people
    )
