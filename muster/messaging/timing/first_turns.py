"""The first turns of a large sending, laid out at once: they go while the rest is laid out.

A few of every seat who presumably can be written to, in chunks of their own. The rest is added as
those are who join until Go: the sending cannot finish before (`topped_up_at`).
"""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from muster.messaging import chunks
from muster.messaging.models import Sending
from muster.messaging.writing_out import IS_ABLE, TOTALS

State = Sending.State
MANY = 50_000  # people: fewer are all laid out in less than a second
FEW = chunks.FIRST * chunks.SMALL

ARE_MANY = """
SELECT count(*) > %(many)s FROM (
    SELECT 1 FROM people_person p
      JOIN places_target t ON t.place_id = p.seat_id AND t.target_list_id = %(targets)s
     WHERE p.organisation_id = %(organisation)s LIMIT %(many)s + 1) AS found
"""
# Whoever is found first: putting a whole seat in order would take what this is to save.
LAY_FIRST = f"""
INSERT INTO messaging_delivery (organisation_id, month, sending_id, person_id, place_id,
                                turn, chunk, due_at)
SELECT %(organisation)s, %(month)s, %(sending)s, id, place_id, turn,
       {chunks.NUMBER.format(row="(row_number() OVER (ORDER BY turn, rank) - 1)")}, %(at)s
  FROM (SELECT found.id, t.place_id, t.rank,
               row_number() OVER (PARTITION BY t.place_id ORDER BY found.id) AS turn
          FROM places_target t
          CROSS JOIN LATERAL (
              SELECT p.id FROM people_person p
               WHERE p.organisation_id = %(organisation)s AND p.seat_id = t.place_id
                 AND {IS_ABLE}
               LIMIT %(each)s) AS found
         WHERE t.target_list_id = %(targets)s) AS person
 ORDER BY turn, rank
"""


def begin_early(sending_id: int, at: datetime) -> bool:
    """Lay out and queue the first turns of a large sending that was pressed. Twice is once."""
    with transaction.atomic():
        sending = Sending.objects.select_for_update(no_key=True).get(pk=sending_id)
        if not _is_plain(sending) or not _are_many(sending):
            return False
        audience = _insert(sending, at)
        if not audience:
            return False
        sending.audience = audience
        sending.state = State.RELEASING
        sending.save(update_fields=["audience", "state"])
        chunks.queue_chunks(sending_id, range(chunks.count_of(audience)), chunks.URGENT)
    return True


def _is_plain(sending: Sending) -> bool:
    """Pressed, to everybody in its seats, as fast as it goes, and nothing laid out yet."""
    is_pressed = sending.state == State.LAYING_OUT and sending.went_at and not sending.stopped_at
    is_whole = not (sending.share_percent or sending.spread_s or sending.per_seat)
    return bool(is_pressed and is_whole and not sending.is_rehearsal and not sending.freeze_id)


def _asked(sending: Sending) -> dict[str, Any]:
    targets = sending.message.target_list
    seats = targets.targets.count() if targets else 0
    return {
        "each": max(1, FEW // max(seats, 1)),
        "organisation": sending.organisation_id,
        "month": sending.month,
        "sending": sending.pk,
        "targets": sending.message.target_list_id,
        "many": MANY,
    }


def _are_many(sending: Sending) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(ARE_MANY, _asked(sending))
        return bool(cursor.fetchone()[0])


def _insert(sending: Sending, at: datetime) -> int:
    asked = _asked(sending) | {"at": at}
    with connection.cursor() as cursor:
        cursor.execute(LAY_FIRST, asked)
        laid_out = int(cursor.rowcount)
        if laid_out:
            cursor.execute(TOTALS, asked)
    return laid_out


def has_begun(sending: Sending) -> bool:
    """Do the first turns go, and the rest is not laid out yet?"""
    is_open = sending.state in (State.RELEASING, State.STOPPED)
    return is_open and sending.topped_up_at is None and not sending.message.goes_with_launch


def asked_of_others(sending: Sending, at: datetime) -> dict[str, Any]:
    """What laying out everybody else asks: their turns and chunks come after the first."""
    asked = _asked(sending)
    first = chunks.count_of(max(sending.audience, FEW))
    rows = FEW + (first - chunks.FIRST) * chunks.CHUNK
    return asked | {
        "at": at,
        "per_seat": None,
        "turns": asked["each"],
        "rows": rows,
        "chunk": first,
    }


def add(sending_id: int, others: int, at: datetime) -> None:
    """Say that all of it is laid out, and queue it. Stopped meanwhile, going on queues it."""
    sending = Sending.objects.select_for_update(no_key=True).get(pk=sending_id)
    first = chunks.count_of(max(sending.audience, FEW))
    sending.audience += others
    sending.topped_up_at = at
    sending.save(update_fields=["audience", "topped_up_at"])
    if sending.state == State.RELEASING:
        chunks.queue_chunks(sending_id, range(first, first + -(-others // chunks.CHUNK)))
        chunks.queue_finish(sending_id)
