"""What an import added to someone, written down so that it can be taken back."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection

from muster.people.imports.differing import Gain
from muster.people.imports.values import Value, in_words

EARLIER = """
SELECT person.id, count(change.id) > 0,
       coalesce(bool_or(change.what ?| ARRAY['renamed', 'rewritten']), false)
  FROM people_person person
  LEFT JOIN people_importedchange change ON change.of_id = %s AND change.person_id = person.id
 WHERE person.id = ANY(%s) AND person.came_with_id IS DISTINCT FROM %s
 GROUP BY person.id
"""
"""Those known before the file, and whether an earlier row of it changed, or overwrote, them."""


def kept(gain: Gain) -> str:
    """JSON of the additions; a blank with what filled it, so that a later edit is noticed."""
    what: dict[str, Any] = {
        "blanks": gain.blanks,
        "email": gain.email,
        "phones": gain.phones,
        "tags": list(gain.tags),
        "values": list(gain.values),
        "consents": [[c.channel, c.is_given, c.at.isoformat()] for c in gain.consents],
        "renamed": gain.renamed,
        "rewritten": {
            number: [_plain(before), _plain(after)]
            for number, (before, after) in gain.rewritten.items()
        },
    }
    return json.dumps({name: said for name, said in what.items() if said}, ensure_ascii=False)


def first_of(import_id: int, gains: Mapping[int, Gain]) -> tuple[int, int]:
    """How many people the file had not added to before, and how many it had not overwritten.

    Whom it made itself gains nothing from a later row of it: they are new, and counted so.
    """
    if not gains:
        return 0, 0
    with connection.cursor() as cursor:
        cursor.execute(EARLIER, [import_id, list(gains), import_id])
        earlier = cursor.fetchall()
    return (
        sum(not is_changed for _, is_changed, _ in earlier),
        sum(
            gains[person].is_overwriting and not is_overwritten
            for person, _, is_overwritten in earlier
        ),
    )


def _plain(value: Value) -> dict[str, str | None]:
    """The columns of a custom value that say it."""
    number, on_date = value.number, value.on_date
    return {
        "text": value.text,
        "number": None if number is None else str(number),
        "on_date": None if on_date is None else on_date.isoformat(),
    }


def changes(gain: Gain, kinds: Mapping[int, str]) -> Iterator[tuple[str, str, str]]:
    """What was overwritten as a person's history has it: field, before, after.

    `kinds`: of the organisation's fields, by id.
    """
    for column, (before, after) in gain.renamed.items():
        yield column, before, after
    for number, (was, said) in gain.rewritten.items():
        kind = kinds[number]
        yield f"custom:{number}", in_words(kind, was), in_words(kind, said)
