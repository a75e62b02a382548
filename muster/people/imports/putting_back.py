"""Taking back what an import added to people known before, and what it overwrote.

In the database, many people at a time: `ImportedChange.what` says it all.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db import connection

from muster.lib.times import now
from muster.people.imports import intake
from muster.people.imports.differing import NAMES
from muster.people.models import Import

CHANGES = """
WITH change AS (SELECT person_id, what FROM people_importedchange WHERE id = ANY(%(changes)s))
"""
BLANKS = """
UPDATE people_person person
   SET given_name = CASE WHEN blanks ? 'given_name' THEN '' ELSE given_name END,
       family_name = CASE WHEN blanks ? 'family_name' THEN '' ELSE family_name END,
       address = CASE WHEN blanks ? 'address' THEN '' ELSE address END,
       postcode = CASE WHEN blanks ? 'postcode' THEN '' ELSE postcode END,
       external_id = CASE WHEN blanks ? 'external_id' THEN '' ELSE external_id END,
       seat_id = CASE WHEN blanks ? 'seat_id' THEN NULL ELSE seat_id END,
       seat_how = CASE WHEN blanks ? 'seat_id' THEN '' ELSE seat_how END,
       ward_id = CASE WHEN blanks ? 'seat_id' THEN NULL ELSE ward_id END
  FROM (SELECT person_id, what->'blanks' AS blanks FROM change WHERE what ? 'blanks') filled
 WHERE person.id = filled.person_id
   AND jsonb_build_object('given_name', given_name, 'family_name', family_name,
                          'address', address, 'postcode', postcode, 'external_id', external_id,
                          'seat_id', seat_id, 'seat_how', seat_how, 'ward_id', ward_id) @> blanks
"""
"""Only where all of it still says what the file said."""
ADDED = (
    """
DELETE FROM people_contactpoint point USING change
 WHERE point.person_id = change.person_id
   AND (point.kind = 'email' AND point.value = what->>'email'
        OR point.kind = 'phone' AND what->'phones' ? point.value)
""",
    """
DELETE FROM people_persontag worn USING change, people_tag tag
 WHERE worn.person_id = change.person_id AND tag.id = worn.tag_id
   AND EXISTS (SELECT FROM jsonb_array_elements_text(what->'tags') AS said (name)
                WHERE upper(said.name) = upper(tag.name))
""",
    """
DELETE FROM people_customvalue value USING change
 WHERE value.person_id = change.person_id AND what->'values' @> to_jsonb(value.field_id)
""",
    """
DELETE FROM people_consentevent event USING change, jsonb_array_elements(what->'consents') said
 WHERE event.person_id = change.person_id AND event.channel = said->>0 AND event.is_given
   AND said->>1 = 'true' AND event.at = (said->>2)::timestamptz AND event.purpose = 'marketing'
""",
)
"""A no that it brought stays."""
RENAMED = """
UPDATE people_person person SET {column} = what#>>'{{renamed,{column},0}}' FROM change
 WHERE person.id = change.person_id AND person.{column} = what#>>'{{renamed,{column},1}}'
RETURNING person.id, '{column}'
"""
REWRITTEN = """
UPDATE people_customvalue value
   SET text = said.was#>>'{0,text}', number = (said.was#>>'{0,number}')::numeric,
       on_date = (said.was#>>'{0,on_date}')::date
  FROM change, jsonb_each(what->'rewritten') AS said (field, was)
 WHERE value.person_id = change.person_id AND value.field_id = said.field::bigint
   AND value.text = said.was#>>'{1,text}'
   AND value.number IS NOT DISTINCT FROM (said.was#>>'{1,number}')::numeric
   AND value.on_date IS NOT DISTINCT FROM (said.was#>>'{1,on_date}')::date
RETURNING value.person_id, 'custom:' || value.field_id
"""
TOLD = """
INSERT INTO people_personchange
       (organisation_id, person_id, field, before, after, by_id, source, undoes_id, at)
SELECT last.organisation_id, back.person, back.field, last.after, last.before, %s, last.source,
       last.id, %s
  FROM unnest(%s::bigint[], %s::text[]) AS back (person, field)
 CROSS JOIN LATERAL (
       SELECT * FROM people_personchange made
        WHERE made.person_id = back.person AND made.field = back.field AND made.source = %s
          AND made.undoes_id IS NULL
          AND NOT EXISTS (SELECT FROM people_personchange other WHERE other.undoes_id = made.id)
        ORDER BY made.id DESC LIMIT 1) last
"""


def put_back(changes: Iterable[tuple[int, int]], taken: Import) -> None:
    """Take these changes (person and id, the last one first) back, each person's in that order."""
    seen: Counter[int] = Counter()
    rounds: dict[int, list[int]] = defaultdict(list)
    for person_id, change_id in changes:
        rounds[seen[person_id]].append(change_id)
        seen[person_id] += 1
    for ids in rounds.values():
        _take_back(ids, taken)


def _take_back(ids: list[int], taken: Import) -> None:
    """One change of each person: blanks, what was added, then names and fields with history."""
    asked = {"changes": ids}
    with connection.cursor() as cursor:
        for statement in (BLANKS, *ADDED):
            cursor.execute(CHANGES + statement, asked)
        told: list[tuple[int, str]] = []
        for statement in (*(RENAMED.format(column=name) for name in NAMES), REWRITTEN):
            cursor.execute(CHANGES + statement, asked)
            told += cursor.fetchall()
        if told:
            people, fields = map(list, zip(*told, strict=True))
            source = intake.source_of(taken)
            cursor.execute(TOLD, [taken.undone_by_id, now(), people, fields, source])
