"""Finding people by the beginning of any word, within someone's reach.

Three ways, by how much the words and the reach narrow the list (docs/decisions/search.md):
few people in reach are read one by one; a rare word's people are gathered and the other words
checked on each; words everybody has are walked in order until the page is full.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from muster.organisations.models import Organisation
from muster.people.models import Person
from muster.people.words import asked
from muster.places.scope import Reach

FEW = 5_000
"""So many people, in a reach or under a word, are read one by one."""
LAST = chr(0x10FFFF)


@dataclass(frozen=True)
class Search:
    """What to look for where. `seats` None: everywhere in the organisation."""

    organisation_id: int
    words: list[list[str]]
    seats: list[int] | None
    limit: int


def find(organisation: Organisation, reach: Reach, text: str, limit: int = 20) -> list[Person]:
    """Up to `limit` people whose words begin with every word of `text`, by family name.

    Answers under 100 ms at the 95th percentile among a million. Nothing typed finds nobody.
    """
    within = reach.seats("see people")
    words = asked(text)
    if not words or not reach.may("see people"):
        return []
    seats = None if within is None else sorted(within)
    ids = ids_of(Search(organisation.pk, words, seats, limit))
    people = Person.objects.filter(pk__in=ids).select_related("seat")
    people = people.filter(organisation=organisation).filter(reach.within("see people", "seat_id"))
    return sorted(people, key=lambda p: (p.family_name.lower(), p.given_name.lower(), p.pk))


def ids_of(search: Search) -> list[int]:
    """Ids of the people found, at most `search.limit`."""
    if search.seats is not None and _few_in(search):
        return _among_few(search)
    counts = [_count(search, beginnings) for beginnings in search.words]
    rarest = min(range(len(counts)), key=counts.__getitem__)
    if counts[rarest] == 0:
        return []
    return _by_word(search, rarest)


def _few_in(search: Search) -> bool:
    return (
        _number(
            "SELECT count(*) FROM (SELECT 1 FROM people_person"
            " WHERE organisation_id = %s AND seat_id = ANY(%s) LIMIT %s) AS capped",
            [search.organisation_id, search.seats, FEW],
        )
        < FEW
    )


def _among_few(search: Search) -> list[int]:
    check, values = _checks(search.words)
    return _ids(
        "SELECT id FROM people_person person WHERE organisation_id = %s AND seat_id = ANY(%s)"
        f" AND {check} ORDER BY family_name, given_name, id LIMIT %s",
        [search.organisation_id, search.seats, *values, search.limit],
    )


def _count(search: Search, beginnings: Sequence[str]) -> int:
    """How many words begin so, counted up to a point."""
    ranges, values = _ranges(beginnings)
    return _number(
        "SELECT count(*) FROM (SELECT 1 FROM people_personword"
        f" WHERE organisation_id = %s AND {ranges} LIMIT %s) AS capped",
        [search.organisation_id, *values, FEW],
    )


def _by_word(search: Search, rarest: int) -> list[int]:
    """From the rarest word's people on, checking the other words on each."""
    ranges, values = _ranges(search.words[rarest])
    others = [words for i, words in enumerate(search.words) if i != rarest]
    check, checked = _checks(others)
    seats, reached = (
        ("", []) if search.seats is None else (" AND word.seat_id = ANY(%s)", [search.seats])
    )
    join = " JOIN people_person person ON person.id = word.person_id" if others else ""
    found = _ids(
        f"SELECT word.person_id FROM people_personword word{join}"
        f" WHERE word.organisation_id = %s AND {ranges}{seats} AND {check}"
        " ORDER BY word.organisation_id, word.word, word.person_id LIMIT %s",
        [search.organisation_id, *values, *reached, *checked, search.limit * 4],
    )
    return list(dict.fromkeys(found))[: search.limit]


def _ranges(beginnings: Sequence[str]) -> tuple[str, list[str]]:
    """The words that begin so, as ranges of the index."""
    each = " OR ".join("(word >= %s AND word < %s)" for _ in beginnings)
    return f"({each})", [end for word in beginnings for end in (word, word + LAST)]


def _checks(words: Sequence[Sequence[str]]) -> tuple[str, list[str]]:
    """Every word there, in any of its spellings. No LIKE: addresses may hold its wildcards."""
    if not words:
        return "true", []
    each = [" OR ".join("strpos(person.folded, %s) > 0" for _ in word) for word in words]
    return " AND ".join(f"({any_of})" for any_of in each), [f" {w}" for word in words for w in word]


def _number(sql: str, values: Sequence[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.fetchone()[0])


def _ids(sql: str, values: Sequence[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [found for (found,) in cursor.fetchall()]
