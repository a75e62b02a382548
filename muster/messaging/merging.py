"""Deliveries of two people who become one: their number follows, but never into another's place.

What a sender holds, or what nobody knows the end of, stays under the old number: logs on disks
name it. The person's page finds it by `people.merging.numbers_of`.
"""

from typing import Any

from django.db import connection

from muster.people.duplicates import movers
from muster.people.duplicates.moving import Record

OF_ONE = (
    "FROM messaging_sending s WHERE s.organisation_id = %s"
    " AND d.month = s.month AND d.sending_id = s.id"
)
FREE = (0, 2, 3, 4)  # neither claimed nor uncertain
MOVE = f"""
UPDATE messaging_delivery d SET person_id = %s {OF_ONE}
   AND d.person_id = %s AND d.state = ANY(%s)
   AND NOT EXISTS (SELECT 1 FROM messaging_delivery other WHERE other.month = d.month
                      AND other.sending_id = d.sending_id AND other.person_id = %s)
RETURNING d.month::text, d.sending_id
"""
SERVED = """
SELECT d.month::text, d.sending_id
  FROM messaging_sending s
  JOIN messaging_delivery d ON d.month = s.month AND d.sending_id = s.id AND d.person_id = %s
  JOIN messaging_delivery other ON other.month = s.month AND other.sending_id = s.id
   AND other.person_id = %s
 WHERE s.organisation_id = %s AND d.state = ANY(%s) AND d.state <> 0 AND other.state = 0
   FOR UPDATE OF d, other
"""
RENAME = (
    "UPDATE messaging_delivery SET person_id = %s"
    " WHERE month = %s AND sending_id = %s AND person_id = %s AND state <> 1"
)
WALKED = ("id", "round", "step", "due_at", "ended_at", "ending")
BOTH_WALK = """
SELECT t.id, t.round, t.step_id, t.due_at::text, t.ended_at::text, t.ending
  FROM messaging_traveller t
  JOIN (SELECT journey_id FROM messaging_traveller WHERE person_id = %s GROUP BY journey_id)
       AS other ON other.journey_id = t.journey_id
 WHERE t.organisation_id = %s AND t.person_id = %s
 ORDER BY t.round FOR UPDATE OF t
"""
GIVE_WAY = """
UPDATE messaging_traveller t
   SET round = (SELECT max(round) FROM messaging_traveller o
                 WHERE o.journey_id = t.journey_id AND o.person_id IN (t.person_id, %(kept)s)) + 1,
       step_id = CASE WHEN there.is_there THEN NULL ELSE step_id END,
       due_at = CASE WHEN there.is_there THEN NULL ELSE due_at END,
       ending = CASE WHEN t.ended_at IS NULL AND there.is_there THEN 'merged' ELSE ending END,
       ended_at = CASE WHEN t.ended_at IS NULL AND there.is_there THEN now() ELSE t.ended_at END
  FROM (SELECT EXISTS (SELECT FROM messaging_traveller o JOIN messaging_traveller mine
                          ON mine.id = %(id)s AND o.journey_id = mine.journey_id
                        WHERE o.person_id = %(kept)s AND o.ended_at IS NULL) AS is_there) AS there
 WHERE t.id = %(id)s
"""
STAND_AGAIN = """
UPDATE messaging_traveller
   SET round = %(round)s,
       step_id = CASE WHEN ending = 'merged' THEN %(step)s ELSE step_id END,
       due_at = CASE WHEN ending = 'merged' THEN %(due_at)s::timestamptz ELSE due_at END,
       ended_at = CASE WHEN ending = 'merged' THEN %(ended_at)s::timestamptz ELSE ended_at END,
       ending = CASE WHEN ending = 'merged' THEN %(ending)s ELSE ending END
 WHERE id = %(id)s AND person_id = %(gone)s
"""


def _move(organisation: int, kept: int, gone: int) -> Record:
    """Where one was served and the other still waits, the waiting place is the one left empty."""
    with connection.cursor() as cursor:
        cursor.execute(SERVED, [gone, kept, organisation, list(FREE)])
        swapped = cursor.fetchall()
        for key in swapped:
            _swap(key, kept, gone)
        cursor.execute(MOVE, [kept, organisation, gone, list(FREE), kept])
        return {"moved": cursor.fetchall(), "swapped": swapped}


def _back(organisation: int, kept: int, gone: int, record: Record) -> int:
    lost = 0
    with connection.cursor() as cursor:
        for month, sending in record["moved"]:
            cursor.execute(RENAME, [gone, month, sending, kept])
            lost += not cursor.rowcount
    for key in record["swapped"]:
        _swap(key, kept, gone)
    return lost


def _swap(key: Any, one: int, other: int) -> None:
    """The two change places by way of a number nobody has."""
    with connection.cursor() as cursor:
        for to, since in ((-one, one), (one, other), (other, -one)):
            cursor.execute(RENAME, [to, *key, since])


def _make_room(organisation: int, kept: int, gone: int) -> Record:
    """On a journey that both are on, or were, the one who goes gives way: their way is told after
    the other's, and what is still to come comes once. The person's number follows by itself."""
    with connection.cursor() as cursor:
        cursor.execute(BOTH_WALK, [kept, organisation, gone])
        before = [dict(zip(WALKED, row, strict=True)) for row in cursor.fetchall()]
        for row in before:
            cursor.execute(GIVE_WAY, {"id": row["id"], "kept": kept})
    return {"moved": before}


def _stand_again(organisation: int, kept: int, gone: int, record: Record) -> int:
    """Who gave way stands where they stood; who walked on since is where they came to."""
    with connection.cursor() as cursor:
        for row in record["moved"]:
            cursor.execute(STAND_AGAIN, row | {"gone": gone})
    return 0


movers.register(movers.Mover("deliveries", _move, _back))
movers.register(movers.Mover("journeys", _make_room, _stand_again))
