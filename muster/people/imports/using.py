"""Who of an import's people has been used since: they stay, whatever is undone."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from functools import cache

from django.db import connection
from django.db.models import Model

from muster.people import facts
from muster.people.duplicates.models import Pair
from muster.people.imports.models import ImportedChange
from muster.people.models import ConsentEvent, ContactPoint, CustomValue, Person, PersonTag
from muster.people.record.models import PersonChange

ACTED = "acted since"
CHANGED = "were changed since"
CONSENTED = "gave or withdrew consent since"
MORE = "have more kept about them now"
_meanings: dict[str, str] = {
    facts.CONSENT_GIVEN: CONSENTED,
    facts.CONSENT_WITHDRAWN: CONSENTED,
    facts.ASKED_TO_STOP: CONSENTED,
    facts.STOP_LIFTED: CONSENTED,
    facts.PREFERENCES_CHOSEN: CONSENTED,
    facts.PERSON_PLACED: CHANGED,
    facts.PERSON_FILLED: CHANGED,
    facts.PEOPLE_TAGGED: CHANGED,
    facts.TIED: CHANGED,
    facts.UNTIED: CHANGED,
    facts.PEOPLE_MERGED: "were merged since",
    facts.PEOPLE_PARTED: "were merged since",
}
OWN: frozenset[type[Model]] = frozenset(
    {ContactPoint, ConsentEvent, PersonTag, CustomValue, ImportedChange, Pair}
)
"""What an import brings; anything else that hangs on someone was added since."""
SINCE = """
SELECT person.id, person.changed_at > greatest(%(at)s, added.at)
  FROM people_person person
  LEFT JOIN (SELECT person_id, max(at) AS at FROM people_importedchange
              WHERE of_id = %(of)s AND person_id = ANY(%(people)s) GROUP BY person_id) added
    ON added.person_id = person.id
 WHERE person.id = ANY(%(people)s)
"""
FACTS = """
SELECT DISTINCT person_id, kind FROM journal_fact
 WHERE organisation_id = %s AND person_id = ANY(%s) AND at >= %s
   AND NOT (about_kind = 'import' AND about_id = %s)
"""

EDITED = """
SELECT DISTINCT person_id FROM people_personchange
 WHERE person_id = ANY(%s) AND at >= %s AND source <> %s
"""


def means(kind: str, words: str) -> None:
    """An upper room says what a fact of its own makes of someone: "were written to"."""
    _meanings[kind] = words


def used(
    organisation_id: int,
    people: Collection[int],
    *,
    of: int,
    began: datetime,
    at: datetime,
    were_made: bool,
) -> dict[int, str]:
    """Those of the people who stay, each with the reason that says most.

    `of` is the import, `began` when it began; `at` is the database's instant of its batch.
    People whom it made have no life before it: whatever hangs on them came since.
    """
    ids = list(people)
    found = dict.fromkeys(_hung_on(ids), MORE) if were_made else {}
    with connection.cursor() as cursor:
        cursor.execute(SINCE, {"people": ids, "of": of, "at": at})
        found |= {person_id: CHANGED for person_id, is_changed in cursor.fetchall() if is_changed}
        cursor.execute(FACTS, [organisation_id, ids, began, of])
        for person_id, kind in cursor.fetchall():
            words = _meanings.get(kind, ACTED)
            # What they did themselves says most; that they were changed says least.
            if words != CHANGED or person_id not in found:
                found[person_id] = words
        cursor.execute(EDITED, [ids, began, f"import:{of}"])
        for (person_id,) in cursor.fetchall():
            found.setdefault(person_id, CHANGED)
    return found


def _hung_on(ids: list[int]) -> set[int]:
    """Those whom some other room, or a part of ours that imports do not write, holds on to."""
    with connection.cursor() as cursor:
        cursor.execute(_hanging(), {"people": ids})
        return {person_id for (person_id,) in cursor.fetchall()}


@cache
def _hanging() -> str:
    """Every table that points at people, asked in one statement."""
    tables = [
        (relation.related_model._meta.db_table, relation.field.column)
        for relation in Person._meta.related_objects
        if not isinstance(relation.related_model, str)
        and relation.related_model not in OWN | {PersonChange}
    ]
    return " UNION ".join(
        f"SELECT {column} FROM {table} WHERE {column} = ANY(%(people)s)" for table, column in tables
    )


def by_reason(found: dict[int, str]) -> dict[str, int]:
    return dict(Counter(found.values()))
