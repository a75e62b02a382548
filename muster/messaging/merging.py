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


movers.register(movers.Mover("deliveries", _move, _back))
