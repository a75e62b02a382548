"""Rows of a file about people we already know: blanks are filled; where it wins, more."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from muster.people import filing
from muster.people.imports import tag_ids
from muster.people.imports.differing import BLANKS, NAMES, Gain

FILL = """
UPDATE people_person person
   SET given_name = CASE WHEN given_name = '' THEN new.given ELSE given_name END,
       family_name = CASE WHEN family_name = '' THEN new.family ELSE family_name END,
       address = CASE WHEN address = '' THEN new.home ELSE address END,
       postcode = CASE WHEN postcode = '' THEN new.written ELSE postcode END,
       external_id = CASE WHEN external_id = '' THEN new.goes_by ELSE external_id END,
       seat_id = coalesce(seat_id, new.place),
       seat_how = CASE WHEN seat_id IS NULL THEN new.how ELSE seat_how END,
       ward_id = CASE WHEN seat_id IS NULL THEN new.area ELSE ward_id END
  FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
              %s::bigint[], %s::text[], %s::bigint[])
       AS new (number, given, family, home, written, goes_by, place, how, area)
 WHERE person.id = new.number
"""
PHONES = """
INSERT INTO people_contactpoint (organisation_id, person_id, kind, value, state)
SELECT %s, person, 'phone', value, 'good'
  FROM unnest(%s::bigint[], %s::text[]) AS new (person, value)
ON CONFLICT (person_id, value) WHERE kind = 'phone' DO NOTHING
"""
CONSENTS = """
INSERT INTO people_consentevent (organisation_id, person_id, channel, purpose, is_given,
                                 wording_id, campaigner_id, source, by_id, at)
SELECT %s, new.person, new.channel, 'marketing', given, new.wording,
       (SELECT campaigner_id FROM people_wording WHERE id = new.wording), new.source, %s, new.at
  FROM unnest(%s::bigint[], %s::text[], %s::boolean[], %s::bigint[], %s::text[], %s::timestamptz[])
       AS new (person, channel, given, wording, source, at)
ON CONFLICT ON CONSTRAINT consent_once DO NOTHING
"""
TAGS = """
INSERT INTO people_persontag (organisation_id, person_id, tag_id, source, by_id, at)
SELECT %s, new.person, new.tag, 'import', %s, %s FROM unnest(%s::bigint[], %s::bigint[])
       AS new (person, tag)
ON CONFLICT ON CONSTRAINT person_tag_once DO NOTHING
"""
VALUES = """
INSERT INTO people_customvalue (organisation_id, person_id, field_id, text, number, on_date,
                                source, at)
SELECT %s, new.person, new.field, new.text, new.number, new.on_date, 'import', %s
  FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::numeric[], %s::date[])
       AS new (person, field, text, number, on_date)
ON CONFLICT ON CONSTRAINT custom_value_once DO NOTHING
"""
RENAMED = """
UPDATE people_person person
   SET given_name = coalesce(new.given, given_name), family_name = coalesce(new.family, family_name)
  FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS new (number, given, family)
 WHERE person.id = new.number
"""
REWRITTEN = """
UPDATE people_customvalue value
   SET text = new.text, number = new.number, on_date = new.on_date, source = 'import', at = %s
  FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::numeric[], %s::date[])
       AS new (person, field, text, number, on_date)
 WHERE value.person_id = new.person AND value.field_id = new.field
"""


def fill(organisation_id: int, found: Mapping[int, Gain], *, by: int | None, at: datetime) -> int:
    """Write what known people gain, in the caller's transaction. How many consents that was."""
    gains = sorted(found.items())
    _run(FILL, [], [_blanks(person_id, gain) for person_id, gain in gains if gain.blanks])
    renamed = [(p, *(gain.renamed.get(n, (None, None))[1] for n in NAMES)) for p, gain in gains]
    _run(RENAMED, [], [names for names in renamed if any(names[1:])])
    _run(PHONES, [organisation_id], [(p, phone) for p, gain in gains for phone in gain.phones])
    filing.file_many(organisation_id, _renamed(gains))
    tags = tag_ids.ids_of(organisation_id, {t for _, g in gains for t in g.tags.values()})
    tagged = dict.fromkeys((p, tags[t]) for p, gain in gains for t in gain.tags.values())
    _run(TAGS, [organisation_id, by, at], list(tagged))
    values = [(p, *value) for p, gain in gains for value in gain.values.values()]
    _run(VALUES, [organisation_id, at], values)
    rewritten = [(p, *after) for p, gain in gains for _, after in gain.rewritten.values()]
    _run(REWRITTEN, [at], rewritten)
    consents = [
        (p, c.channel, c.is_given, c.wording_id, c.source, c.at)
        for p, gain in gains
        for c in gain.consents
    ]
    return _run(CONSENTS, [organisation_id, by], consents)


def _blanks(person_id: int, gain: Gain) -> tuple[Any, ...]:
    blanks = gain.blanks
    texts = (blanks.get(column, "") for column in BLANKS)
    where = (blanks.get("seat_id"), blanks.get("seat_how", ""), blanks.get("ward_id"))
    return (person_id, *texts, *where)


def _renamed(gains: Iterable[tuple[int, Gain]]) -> Collection[int]:
    """Those who are found by other words, or under another seat, than before."""
    words = {"given_name", "family_name", "seat_id"}
    return [
        p
        for p, gain in gains
        if gain.email or gain.phones or gain.renamed or words & set(gain.blanks)
    ]


def _run(statement: str, first: list[Any], rows: Sequence[tuple[Any, ...]]) -> int:
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(statement, [*first, *(list(column) for column in zip(*rows, strict=True))])
        return int(cursor.rowcount)
