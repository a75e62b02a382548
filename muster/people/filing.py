"""Keeping the words people are found by in step with what we know of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from operator import itemgetter

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


MANY_GONE = """
DELETE FROM people_personword word USING unnest(%s::text[], %s::bigint[]) AS gone (word, person)
 WHERE word.organisation_id = %s AND word.word = gone.word AND word.person_id = gone.person
"""
MANY_ADDED = """
INSERT INTO people_personword (organisation_id, word, person_id, seat_id)
SELECT %s, word, person, seat FROM unnest(%s::text[], %s::bigint[], %s::bigint[])
       AS new (word, person, seat)
ON CONFLICT (organisation_id, word, person_id) DO UPDATE SET seat_id = excluded.seat_id
"""
MANY_FOLDED = """
UPDATE people_person person SET folded = new.folded
  FROM unnest(%s::bigint[], %s::text[]) AS new (number, folded) WHERE person.id = new.number
"""


def file_many(organisation_id: int, people: Collection[int]) -> None:
    """Write many people's words anew in a few statements, in the transaction that changed them."""
    if not people:
        return
    points: dict[int, list[ContactPoint]] = defaultdict(list)
    for point in ContactPoint.objects.filter(person__in=people).order_by("id"):
        points[point.person_id].append(point)
    gone, added, folded = [], [], []
    for person in Person.objects.filter(pk__in=people).order_by("id"):
        words = _words(person, points[person.pk])
        gone += [(word, person.pk) for word in set(person.folded.split()) - set(words)]
        added += [(word, person.pk, person.seat_id) for word in words]
        folded.append((person.pk, folded_of(words)))
    with connection.cursor() as cursor:
        if gone:
            cursor.execute(MANY_GONE, [*_columns(gone), organisation_id])
        if added:
            cursor.execute(
                MANY_ADDED, [organisation_id, *_columns(sorted(added, key=itemgetter(0, 1)))]
            )
        cursor.execute(MANY_FOLDED, _columns(folded))


def _columns(rows: Iterable[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]


def words_for(person: Person) -> list[str]:
    return _words(person, ContactPoint.objects.filter(person=person).order_by("id"))


def _words(person: Person, points: Iterable[ContactPoint]) -> list[str]:
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
