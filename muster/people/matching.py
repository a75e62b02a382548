"""Finding who someone is: one e-mail address is one person."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from muster.journal import journal
from muster.organisations.models import Organisation
from muster.people import facts, filing
from muster.people.models import ContactPoint, Person

CLAIM_EMAIL = """
INSERT INTO people_contactpoint (organisation_id, person_id, kind, value, state)
VALUES (%s, nextval(pg_get_serial_sequence('people_person', 'id')), 'email', %s, 'good')
ON CONFLICT (organisation_id, value) WHERE kind = 'email'
DO UPDATE SET value = people_contactpoint.value
RETURNING person_id
"""
"""Whose address it is: theirs already, or the next person's, whoever asks at the same moment."""


@dataclass(frozen=True)
class Details:
    """What someone told us; empty: did not say. `email` and `phones` as kept, places as ids."""

    email: str
    given_name: str = ""
    family_name: str = ""
    phones: list[str] = field(default_factory=list)
    postcode: str = ""
    address: str = ""
    seat_id: int | None = None
    seat_how: str = ""
    ward_id: int | None = None
    source: str = ""


def make_or_match(organisation: Organisation, told: Details, *, at: datetime) -> Person:
    """The person with this e-mail address, made if nobody has it yet.

    What is known is never overwritten: a match only fills blanks and adds phones.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(CLAIM_EMAIL, [organisation.pk, told.email])
            (person_id,) = cursor.fetchone()
        person = Person.objects.select_for_update().filter(pk=person_id).first()
        is_new = person is None
        person = person or Person(pk=person_id, organisation=organisation, joined_at=at)
        _fill_blanks(person, told)
        person.save(force_insert=is_new)
        _add_phones(person, told.phones)
        filing.file(person)
        if is_new:
            journal.record(
                facts.PERSON_JOINED,
                organisation,
                at=at,
                person_id=person.pk,
                place_id=person.seat_id,
                source=told.source[:16],
            )
    return person


def _fill_blanks(person: Person, told: Details) -> None:
    for name in ("given_name", "family_name", "postcode", "address", "source"):
        if not getattr(person, name):
            setattr(person, name, getattr(told, name))
    if person.seat_id is None and told.seat_id is not None:
        person.seat_id, person.seat_how = told.seat_id, told.seat_how
        person.ward_id = told.ward_id


def _add_phones(person: Person, phones: list[str]) -> None:
    ContactPoint.objects.bulk_create(
        [
            ContactPoint(
                organisation_id=person.organisation_id, person=person, kind="phone", value=phone
            )
            for phone in phones
        ],
        ignore_conflicts=True,
    )
