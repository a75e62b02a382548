"""Rows of a file about people we already know: blanks are filled, nothing is overwritten."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from muster.people import filing
from muster.people.models import Person
from muster.people.recognising import Good

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
   AND (given_name = '' AND new.given <> '' OR family_name = '' AND new.family <> ''
        OR address = '' AND new.home <> '' OR postcode = '' AND new.written <> ''
        OR external_id = '' AND new.goes_by <> ''
        OR seat_id IS NULL AND new.place IS NOT NULL)
RETURNING person.id
"""
PHONES = """
INSERT INTO people_contactpoint (organisation_id, person_id, kind, value, state)
SELECT %s, person, 'phone', value, 'good'
  FROM unnest(%s::bigint[], %s::text[]) AS new (person, value)
ON CONFLICT (person_id, value) WHERE kind = 'phone' DO NOTHING RETURNING person_id
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


def fill(
    organisation_id: int, matched: Sequence[tuple[Good, int]], also: set[int], by: int | None
) -> int:
    """Fill the blanks of matched people; `also` are those who got an address. Consents added."""
    if not matched:
        return 0
    changed = also | _fill_blanks(matched) | _add_phones(organisation_id, matched)
    for person in Person.objects.filter(pk__in=changed):
        filing.file(person)
    return _add_consents(organisation_id, matched, by)


def _fill_blanks(matched: Sequence[tuple[Good, int]]) -> set[int]:
    first = {person_id: good for good, person_id in reversed(matched)}
    rows: list[tuple[Any, ...]] = [
        (
            person_id,
            good.row.given_name,
            good.row.family_name,
            good.row.address,
            good.row.where.postcode,
            good.external_id if not good.external_id.startswith("row:") else "",
            good.row.where.seat_id,
            good.row.where.how,
            good.row.where.ward_id,
        )
        for person_id, good in sorted(first.items())
    ]
    with connection.cursor() as cursor:
        cursor.execute(FILL, [list(column) for column in zip(*rows, strict=True)])
        return {person_id for (person_id,) in cursor.fetchall()}


def _add_phones(organisation_id: int, matched: Sequence[tuple[Good, int]]) -> set[int]:
    pairs = sorted({(person_id, good.row.phone) for good, person_id in matched if good.row.phone})
    if not pairs:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(PHONES, [organisation_id, [p for p, _ in pairs], [v for _, v in pairs]])
        return {person_id for (person_id,) in cursor.fetchall()}


def _add_consents(organisation_id: int, matched: Sequence[tuple[Good, int]], by: int | None) -> int:
    rows: list[tuple[Any, ...]] = [
        (person_id, c.channel, c.is_given, c.wording_id, c.source, c.at)
        for good, person_id in matched
        for c in good.row.consents
    ]
    if not rows:
        return 0
    columns = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(CONSENTS, [organisation_id, by, *columns])
        return int(cursor.rowcount)
