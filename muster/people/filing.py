"""Keeping the words people are found by in step with what we know of them."""

from collections.abc import Iterable

from django.db import connection

from muster.people.models import ContactPoint, Person
from muster.people.words import folded_of, words_of

ADD_WORDS = """
INSERT INTO people_personword (organisation_id, word, person_id, seat_id)
SELECT %s, word, %s, %s FROM unnest(%s::text[]) AS word
ON CONFLICT (organisation_id, word, person_id) DO UPDATE SET seat_id = excluded.seat_id
"""


def file(person: Person) -> None:
    """Write someone's words anew, in the transaction that changed them."""
    words = words_for(person)
    gone = set(person.folded.split()) - set(words)
    remove(person.organisation_id, person.pk, gone)
    person.folded = folded_of(words)
    Person.objects.filter(pk=person.pk).update(folded=person.folded)
    with connection.cursor() as cursor:
        cursor.execute(ADD_WORDS, [person.organisation_id, person.pk, person.seat_id, words])


def words_for(person: Person) -> list[str]:
    points = list(ContactPoint.objects.filter(person=person).order_by("id"))
    words = words_of(person.given_name, person.family_name)
    for point in points:
        is_email = point.kind == "email"
        words += words_of(
            "", "", point.value if is_email else "", [] if is_email else [point.value]
        )
    return list(dict.fromkeys(words))


def remove(organisation_id: int, person_id: int, words: Iterable[str]) -> None:
    """Take someone out from under these words."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM people_personword"
            " WHERE organisation_id = %s AND word = ANY(%s) AND person_id = %s",
            [organisation_id, list(words), person_id],
        )
