"""Turning the counting of opens on and off, and keeping what was opened (PECR-6)."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from muster.journal import journal
from muster.messaging import facts
from muster.messaging.models import Sending
from muster.messaging.opens.models import OpenCount
from muster.organisations.models import Campaigner, Member, Organisation
from muster.people.models import ConsentEvent, Wording
from muster.people.opens import COUNTED, OPENS

KEEP_SQL = f"""
WITH told AS (
    SELECT r.sending, coalesce(m.kept_id, r.person) AS person,
           min(r.at) FILTER (WHERE NOT r.machine) AS opened,
           min(r.at) FILTER (WHERE r.machine) AS machine
      FROM jsonb_to_recordset(%(rows)s::jsonb)
           AS r(sending bigint, person bigint, machine boolean, at timestamptz)
      LEFT JOIN people_merge m ON m.organisation_id = %(organisation)s AND m.gone_id = r.person
                              AND m.undone_at IS NULL
     GROUP BY 1, 2
), kept AS (
    INSERT INTO messaging_opened AS o (organisation_id, sending_id, person_id, opened_at,
                                       machine_at)
    SELECT %(organisation)s, t.sending, p.id, t.opened, t.machine
      FROM told t
      JOIN people_person p ON p.id = t.person AND p.organisation_id = %(organisation)s
      JOIN messaging_sending s ON s.id = t.sending AND s.organisation_id = %(organisation)s
     WHERE EXISTS (SELECT FROM messaging_opencount WHERE organisation_id = %(organisation)s)
       AND {COUNTED}
     ORDER BY t.sending, p.id
        ON CONFLICT (sending_id, person_id) DO UPDATE
       SET opened_at = coalesce(o.opened_at, EXCLUDED.opened_at),
           machine_at = coalesce(o.machine_at, EXCLUDED.machine_at)
     WHERE (o.opened_at IS NULL AND EXCLUDED.opened_at IS NOT NULL)
        OR (o.machine_at IS NULL AND EXCLUDED.machine_at IS NOT NULL)
    RETURNING sending_id, person_id, opened_at
)
INSERT INTO journal_fact (organisation_id, kind, person_id, place_id, source, about_kind, about_id,
                          codes, at)
SELECT %(organisation)s, '{facts.OPENED}', k.person_id, p.seat_id, '', 'sending', k.sending_id,
       '{{}}'::jsonb, k.opened_at
  FROM kept k
  JOIN told t ON t.sending = k.sending_id AND t.person = k.person_id AND t.opened = k.opened_at
  JOIN people_person p ON p.id = k.person_id
RETURNING about_id
"""
"""What came since the last time, each person's first of a sending once; of nobody who did not agree
or took it back since. Asks: organisation, rows. A fact is written of a person's, not a machine's.
"""

WORDS = (
    "{name} may see whether I opened an e-mail of theirs, to learn which ones are read."
    " I get the same e-mails either way."
)


class CannotCount(Exception):
    """Opens cannot be counted; says what is missing."""


def is_on(organisation_id: int) -> bool:
    """Does the organisation count opens of those who agree?"""
    return OpenCount.objects.filter(organisation=organisation_id).exists()


def how_many_agreed(organisation: Organisation) -> int:
    """How many people's yes stands."""
    said = ConsentEvent.objects.filter(
        organisation=organisation, channel="email", purpose=OPENS
    ).order_by("person", "-at", "is_given")
    return sum(is_given for is_given in said.distinct("person").values_list("is_given", flat=True))


def counts_of(sending: Sending) -> bool:
    """Are this sending's opens counted? Neither a rehearsal's nor service mail's ever are."""
    is_marketing = sending.message.purpose == "marketing"
    return is_marketing and not sending.is_rehearsal and is_on(sending.organisation_id)


def turn_on(organisation: Organisation, *, by: Member, at: datetime) -> None:
    """Ask people on their preference page from now on; twice is once. Raises `CannotCount`."""
    candidates = Campaigner.Kind.CANDIDATE
    who = organisation.campaigners.exclude(kind=candidates).order_by("id").first()
    if who is None:
        raise CannotCount("Add a campaigner first: people agree to somebody with a name.")
    text = WORDS.format(name=who.name)
    with transaction.atomic():
        wording, _ = Wording.objects.get_or_create(
            organisation=organisation,
            channel="email",
            purpose=OPENS,
            version=sha256(text.encode()).hexdigest()[:12],
            defaults={"text": text, "campaigner": who},
        )
        _, is_new = OpenCount.objects.get_or_create(
            organisation=organisation, defaults={"wording": wording, "by": by, "at": at}
        )
        if is_new:
            journal.record(facts.OPENS_COUNTED, organisation, at=at, by=by)


def turn_off(organisation: Organisation, *, by: Member, at: datetime) -> None:
    """No letter carries a picture that tells, and none that still tells is listened to.

    What people agreed to stays theirs: it counts again if opens are ever counted again.
    """
    with transaction.atomic():
        if OpenCount.objects.filter(organisation=organisation).delete()[0]:
            journal.record(facts.OPENS_NOT_COUNTED, organisation, at=at, by=by)


def row(sending_id: int, person_id: int, *, is_machine: bool, at: datetime) -> dict[str, Any]:
    """As `KEEP_SQL` takes it."""
    return {
        "sending": sending_id,
        "person": person_id,
        "machine": is_machine,
        "at": at.isoformat(),
    }
