"""Laying a sending out: one delivery for each person of the target seats, in fair turns."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from procrastinate.types import JSONValue

from muster.messaging.models import Sending
from muster.messaging.partitions import make_month
from muster.messaging.queueing import queue

CHUNK = 1000  # deliveries worked by one job

# Every seat's first turn comes before any seat's second; chunks follow the turns.
LAY_OUT = f"""
INSERT INTO messaging_delivery (organisation_id, month, sending_id, person_id, place_id,
                                turn, chunk, due_at)
SELECT %(organisation)s, %(month)s, %(sending)s, id, seat_id, turn,
       (row_number() OVER (ORDER BY turn, seat_id) - 1) / {CHUNK}, %(at)s
  FROM (SELECT p.id, p.seat_id, row_number() OVER (PARTITION BY p.seat_id ORDER BY p.id) AS turn
          FROM people_person p
          JOIN places_target t ON t.place_id = p.seat_id AND t.target_list_id = %(targets)s
         WHERE p.organisation_id = %(organisation)s) AS person
 ORDER BY turn, seat_id
"""
TOTALS = """
INSERT INTO messaging_seattally (sending_id, place_id, slot, total, delivered, failed, left_out,
                                 uncertain)
SELECT %(sending)s, t.place_id, 0, count(d.person_id), 0, 0, 0, 0
  FROM places_target t
  LEFT JOIN messaging_delivery d ON d.month = %(month)s AND d.sending_id = %(sending)s
                                AND d.place_id = t.place_id
 WHERE t.target_list_id = %(targets)s
 GROUP BY t.place_id
"""


def lay_out(sending_id: int, at: datetime) -> None:
    """Write the deliveries of a sending just pressed, and queue a job for each chunk.

    All of it or nothing: running it again after a crash begins afresh, after success does nothing.
    """
    month = Sending.objects.values_list("month", flat=True).get(pk=sending_id)
    make_month(month)
    with transaction.atomic():
        sending = Sending.objects.select_for_update().get(pk=sending_id)
        if sending.state != Sending.State.LAYING_OUT:
            return
        sending.audience = _insert(sending, at)
        # Somebody may have pressed stop while this ran: their word stands.
        stopped = sending.stopped_at is not None
        sending.state = Sending.State.STOPPED if stopped else Sending.State.RELEASING
        sending.save(update_fields=["audience", "state"])
        if not stopped:
            queue_chunks(sending, range(-(-sending.audience // CHUNK)))
    if sending.audience > CHUNK:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE messaging_delivery")


def _insert(sending: Sending, at: datetime) -> int:
    asked: dict[str, Any] = {
        "organisation": sending.organisation_id,
        "month": sending.month,
        "sending": sending.pk,
        "targets": sending.message.target_list_id,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(LAY_OUT, asked)
        laid_out = cursor.rowcount
        cursor.execute(TOTALS, asked)
    return int(laid_out)


def queue_chunks(sending: Sending, chunks: range | list[int]) -> None:
    """A job for each chunk, and one that closes the sending when there is none to do."""
    if not chunks:
        queue().configure_task("messaging.finish", queue="messaging").defer(sending=sending.pk)
        return
    jobs: list[dict[str, JSONValue]] = [
        {"sending": int(sending.pk), "chunk": int(chunk)} for chunk in chunks
    ]
    queue().configure_task("messaging.deliver", queue="messaging").batch_defer(*jobs)
