"""Chunks: what one job works at. The first are small, so that all lanes share the first turns."""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from procrastinate.types import JSONValue

from muster.messaging.models import Sending
from muster.messaging.queueing import queue

QUEUE = "messaging"
FIRST = 20  # small chunks
SMALL = 100  # deliveries in each of them
CHUNK = 1000  # deliveries in each of the others
AT_ONCE = 50  # chunks looked through at once for what is open
# Priorities of jobs: every seat's first of a launch passes whatever waits; rehearsals wait for all.
URGENT, SOONER, USUAL, LATER = 10, 1, 0, -10

NUMBER = f"""
CASE WHEN {{row}} < {FIRST * SMALL} THEN {{row}} / {SMALL}
     ELSE {FIRST} + ({{row}} - {FIRST * SMALL}) / {CHUNK} END
"""
"""The chunk of a row of a sending, counted from 0 in the order of turns."""

# A job that has not begun will see what is open then. One that is put off would come too late.
OPEN_CHUNKS = """
SELECT DISTINCT chunk FROM messaging_delivery d
 WHERE month = %(month)s AND sending_id = %(sending)s AND state IN (0, 1)
   AND chunk >= %(first)s AND chunk < %(end)s
   AND NOT (state = 0 AND EXISTS (SELECT 1 FROM messaging_seathold h
                                   WHERE h.sending_id = d.sending_id AND h.place_id = d.place_id))
EXCEPT
SELECT (args->>'chunk')::integer FROM procrastinate_jobs
 WHERE task_name = 'messaging.deliver' AND status = 'todo'
   AND (scheduled_at IS NULL OR scheduled_at <= now())
   AND (args->>'sending')::bigint = %(sending)s
 ORDER BY chunk
"""

CLEAR = """
DELETE FROM messaging_delivery
 WHERE month = %(month)s AND sending_id = %(sending)s AND chunk >= %(first)s AND chunk < %(end)s
"""
LAST_CHUNK = "SELECT max(chunk) FROM messaging_delivery WHERE month = %s AND sending_id = %s"


def count_of(deliveries: int) -> int:
    """How many chunks so many deliveries make.

    >>> count_of(0), count_of(1), count_of(100), count_of(2000), count_of(2001), count_of(4000)
    (0, 1, 1, 20, 21, 22)
    """
    small = min(deliveries, FIRST * SMALL)
    return -(-small // SMALL) + -(-(deliveries - small) // CHUNK)


def queue_chunks(sending_id: int, chunks: Iterable[int], priority: int = USUAL) -> None:
    """A job for each chunk."""
    jobs: list[dict[str, JSONValue]] = [{"sending": sending_id, "chunk": n} for n in chunks]
    if jobs:
        job = queue().configure_task("messaging.deliver", queue=QUEUE, priority=priority)
        job.batch_defer(*jobs)


def queue_finish(sending_id: int) -> None:
    """A job that closes the sending if there is nothing to do in it."""
    queue().configure_task("messaging.finish", queue=QUEUE).defer(sending=sending_id)


def queue_later(sending_id: int, first: int, end: int) -> None:
    """Have a job queue the chunks from `first` to before `end`: a thousand jobs take a while."""
    later = queue().configure_task("messaging.queue_chunks", queue=QUEUE)
    later.defer(sending=sending_id, first=first, end=end)


def queue_again(sending_id: int) -> None:
    """Have a job find what is open and queue it, ahead of what waits in the queue."""
    again = queue().configure_task("messaging.queue_open", queue=QUEUE, priority=SOONER)
    again.defer(sending=sending_id)


def queue_open(sending_id: int) -> None:
    """Queue each chunk that has something to do and no job for it yet.

    Some at a time: lanes begin at the first while the rest of a million is still looked through.
    """
    sending = Sending.objects.get(pk=sending_id)
    if sending.state != Sending.State.RELEASING:
        return
    with connection.cursor() as cursor:
        for first in range(0, _end(cursor, sending), AT_ONCE):
            asked: dict[str, Any] = {"month": sending.month, "sending": sending_id}
            cursor.execute(OPEN_CHUNKS, asked | {"first": first, "end": first + AT_ONCE})
            queue_chunks(sending_id, [int(row[0]) for row in cursor.fetchall()])


def stretches(sending: Sending) -> range:
    """The first chunk of every stretch of `AT_ONCE`, up to the last that is laid out."""
    with connection.cursor() as cursor:
        return range(0, _end(cursor, sending), AT_ONCE)


def clear_away(sending: Sending) -> None:
    """Remove every delivery, some chunks at a time: nobody waits for a million."""
    with connection.cursor() as cursor:
        for first in range(0, _end(cursor, sending), AT_ONCE):
            asked: dict[str, Any] = {"month": sending.month, "sending": sending.pk}
            cursor.execute(CLEAR, asked | {"first": first, "end": first + AT_ONCE})


def _end(cursor: CursorWrapper, sending: Sending) -> int:
    cursor.execute(LAST_CHUNK, [sending.month, sending.pk])
    last = cursor.fetchone()[0]
    return 0 if last is None else int(last) + 1
