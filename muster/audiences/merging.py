"""Two who become one hold one place in each frozen audience; taken back, both hold theirs."""

from django.db import connection

from muster.people.duplicates import movers
from muster.people.duplicates.moving import Record

MOVE = """
UPDATE audiences_frozen f SET person_id = %s WHERE organisation_id = %s AND person_id = %s
   AND NOT EXISTS (SELECT 1 FROM audiences_frozen other
                    WHERE other.freeze_id = f.freeze_id AND other.person_id = %s)
RETURNING freeze_id
"""
GIVE_WAY = """
DELETE FROM audiences_frozen WHERE organisation_id = %s AND person_id = %s RETURNING freeze_id
"""
BACK = """
UPDATE audiences_frozen SET person_id = %s
 WHERE organisation_id = %s AND person_id = %s AND freeze_id = ANY(%s)
"""
AGAIN = """
INSERT INTO audiences_frozen (organisation_id, freeze_id, person_id, seat_id)
SELECT organisation_id, freeze_id, %s, seat_id FROM audiences_frozen
 WHERE organisation_id = %s AND person_id = %s AND freeze_id = ANY(%s)
    ON CONFLICT DO NOTHING
"""


def _move(organisation: int, kept: int, gone: int) -> Record:
    with connection.cursor() as cursor:
        cursor.execute(MOVE, [kept, organisation, gone, kept])
        moved = [freeze for (freeze,) in cursor.fetchall()]
        cursor.execute(GIVE_WAY, [organisation, gone])
        return {"moved": moved, "gave_way": [freeze for (freeze,) in cursor.fetchall()]}


def _back(organisation: int, kept: int, gone: int, record: Record) -> int:
    with connection.cursor() as cursor:
        cursor.execute(BACK, [gone, organisation, kept, record["moved"]])
        back = int(cursor.rowcount)
        cursor.execute(AGAIN, [gone, organisation, kept, record["gave_way"]])
        back += int(cursor.rowcount)
    return len(record["moved"]) + len(record["gave_way"]) - back


movers.register(movers.Mover("frozen audiences", _move, _back))
