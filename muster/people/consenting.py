"""What people allow, channel by channel (PECR-CON): given and withdrawn, never edited."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from muster.journal import journal
from muster.organisations.models import Member
from muster.people import counting, facts
from muster.people.models import Channel, ConsentEvent, Person, Wording

LATEST_SQL = """
SELECT DISTINCT ON (person_id, channel, purpose)
       person_id, channel, purpose, is_given, id, wording_id, campaigner_id, source, at
  FROM people_consentevent
 WHERE person_id = ANY(%(people)s) AND channel = ANY(%(channels)s) AND purpose = %(purpose)s
 ORDER BY person_id, channel, purpose, at DESC, is_given
"""
"""The latest word of each person on each channel; at one instant a no comes before a yes.

Asks: people (ids), channels, purpose. The unique constraint's index answers it.
"""


class CannotConsent(Exception):
    """A consent that could not be proved later; says what is missing."""


@dataclass(frozen=True)
class Standing:
    """Where someone stands on one channel; `at` is None: they were never asked."""

    channel: str
    is_given: bool
    event_id: int | None = None
    wording_id: int | None = None
    campaigner_id: int | None = None
    source: str = ""
    at: datetime | None = None


def give(
    person: Person,
    channel: str,
    *,
    wording: Wording,
    source: str,
    at: datetime,
    by: Member | None = None,
) -> ConsentEvent:
    """Someone said yes to these very words. Pressing twice is pressing once.

    Raises `CannotConsent`.
    """
    if wording.channel != channel or wording.organisation_id != person.organisation_id:
        raise CannotConsent("Those words ask about another channel.")
    if not source.strip():
        raise CannotConsent("Say where they agreed: a form, a page or a conversation.")
    return _add(person, channel, True, wording=wording, source=source, at=at, by=by)


def withdraw(
    person: Person,
    channel: str,
    *,
    source: str,
    at: datetime,
    purpose: str = "marketing",
    by: Member | None = None,
) -> ConsentEvent:
    """Someone said no. Needs no reason; counts from now.

    A yes stamped by a machine whose clock runs ahead does not outlive it: the no is dated no
    earlier, and at one instant a no wins.
    """
    latest = standing(person, purpose)[channel].at
    at = max(at, latest) if latest else at
    return _add(person, channel, False, source=source, at=at, by=by, purpose=purpose)


def standing(person: Person, purpose: str = "marketing") -> dict[str, Standing]:
    """Where someone stands on every channel."""
    asked: dict[str, Any] = {
        "people": [person.pk],
        "channels": list(Channel.values),
        "purpose": purpose,
    }
    with connection.cursor() as cursor:
        cursor.execute(LATEST_SQL, asked)
        latest = {
            row[1]: Standing(row[1], row[3], row[4], row[5], row[6], row[7], row[8])
            for row in cursor.fetchall()
        }
    return {c: latest.get(c, Standing(c, False)) for c in Channel.values}


def _add(
    person: Person,
    channel: str,
    is_given: bool,
    *,
    source: str,
    at: datetime,
    by: Member | None,
    wording: Wording | None = None,
    purpose: str = "marketing",
) -> ConsentEvent:
    with transaction.atomic():
        event, is_new = ConsentEvent.objects.get_or_create(
            person=person,
            channel=channel,
            purpose=wording.purpose if wording else purpose,
            at=at,
            is_given=is_given,
            defaults={
                "organisation_id": person.organisation_id,
                "wording": wording,
                "campaigner_id": wording.campaigner_id if wording else None,
                "source": source.strip()[:200],
                "by": by,
            },
        )
        if is_new and by:  # what people do themselves is too much to count anew each time
            counting.forget(person.organisation_id)
        if is_new:
            journal.record(
                facts.CONSENT_GIVEN if is_given else facts.CONSENT_WITHDRAWN,
                person.organisation,
                at=at,
                person_id=person.pk,
                place_id=person.seat_id,
                by=by,
                about=("consent", event.pk),
                channel=channel,
                **({} if event.purpose == "marketing" else {"purpose": event.purpose}),
            )
    return event
