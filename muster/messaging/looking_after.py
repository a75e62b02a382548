"""Looking after sendings under way: the deliveries say what is owed, whatever the queue says.

A job can get lost: a worker that lives took it and its answer never came. So what has been due for
a while and nobody is at is queued again. Every job may run twice without harm.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from procrastinate.exceptions import AlreadyEnqueued

from muster.messaging import chunks, finishing
from muster.messaging.models import Sending
from muster.messaging.queueing import queue
from muster.organisations.scoping import acting_for

PATIENCE = timedelta(seconds=20)  # with what is due and has a job that should have begun
LOOK_EVERY = 10  # seconds
LONG = timedelta(minutes=2)  # with laying out and topping up, which take a while

# A sending whose jobs still wait their turn is not looked through: a million lie in it. One that
# waits on purpose (for the turns of a spread, for its rest, for a warm-up) is so once a minute.
QUIET = """
SELECT s.id FROM messaging_sending s
 WHERE s.state = 'releasing' AND coalesce(s.went_at, s.pressed_at) < %(since)s
   AND (%(is_full_minute)s OR s.spread_s = 0 AND s.share_percent IS NULL
        AND NOT EXISTS (SELECT 1 FROM messaging_message m
                          JOIN messaging_warmup w ON w.account_id = m.account_id
                         WHERE m.id = s.message_id))
   AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs j
                    WHERE j.status = 'todo' AND j.queue_name = %(queue)s
                      AND (j.scheduled_at IS NULL OR j.scheduled_at <= %(at)s)
                      AND (j.args->>'sending')::bigint = s.id)
"""
# Chunks with something overdue, that nobody holds a claim in and no job is to look at again.
FORGOTTEN = """
SELECT d.chunk FROM messaging_delivery d
 WHERE d.month = %(month)s AND d.sending_id = %(sending)s AND d.state IN (0, 1)
   AND NOT (d.state = 0 AND EXISTS (
            SELECT 1 FROM messaging_seathold h
             WHERE h.sending_id = d.sending_id AND h.place_id = d.place_id))
 GROUP BY d.chunk
HAVING min(CASE WHEN d.state = 0 THEN d.due_at ELSE d.lease_until END) < %(since)s
   AND NOT coalesce(bool_or(d.state = 1 AND d.lease_until >= %(at)s), false)
EXCEPT
SELECT (args->>'chunk')::integer FROM procrastinate_jobs
 WHERE task_name = 'messaging.deliver' AND status = 'todo'
   AND (args->>'sending')::bigint = %(sending)s
"""


def look_after(at: datetime) -> None:
    """Queue again whatever is owed and nobody is at, in every sending. Twice is once."""
    asked = {"since": at - PATIENCE, "at": at, "queue": chunks.QUEUE}
    asked["is_full_minute"] = at.second < LOOK_EVERY
    for sending_id in _ids(QUIET, asked):
        sending = Sending.objects.get(pk=sending_id)
        with acting_for(sending.organisation_id):
            _take_up(sending, at)
    _take_up_slow_ones(at)


def _take_up(sending: Sending, at: datetime) -> None:
    asked = {"month": sending.month, "sending": sending.pk, "since": at - PATIENCE, "at": at}
    for chunk in _ids(FORGOTTEN, asked):
        _queue_once("messaging.deliver", f"{sending.pk} {chunk}", sending=sending.pk, chunk=chunk)
    finishing.finish_if_done(sending.pk, at)


def _take_up_slow_ones(at: datetime) -> None:
    """Laying out and topping up, if their jobs are gone: each does nothing where it was done."""
    states = Sending.State
    being_laid_out = Sending.objects.filter(state=states.LAYING_OUT, pressed_at__lt=at - LONG)
    to_top_up = Sending.objects.filter(
        state__in=[states.RELEASING, states.STOPPED], went_at__lt=at - LONG, topped_up_at=None
    )
    rest_to_begin = Sending.objects.filter(
        state=states.RELEASING, rest_at__lt=at - LONG, rest_queued_at=None, given_up_at=None
    )
    slow = (("lay_out", being_laid_out), ("top_up", to_top_up), ("begin_rest", rest_to_begin))
    for task, sendings in slow:
        for pk in sendings.values_list("pk", flat=True):
            _queue_once(f"messaging.{task}", str(pk), sending=pk)


def _queue_once(task: str, of: str, **asked: int) -> None:
    """One job, however often it is asked for before it begins."""
    lock = f"{task.partition('.')[2]} {of}"
    job = queue().configure_task(task, queue=chunks.QUEUE, queueing_lock=lock)
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(**asked)


def _ids(statement: str, asked: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return [int(row[0]) for row in cursor.fetchall()]
