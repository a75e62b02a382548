"""Topping up after Go: who joined the seats since the arming is added, once each."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from muster.messaging import chunks, finishing, whom
from muster.messaging.models import Sending
from muster.messaging.queueing import queue
from muster.messaging.writing_out import ADD_TOTALS, IS_ABLE, MEMORY, be_alone_with

State = Sending.State
MANY = 50_000  # people, looked through for a second or more
FIRST_SEATS = timedelta(seconds=5)  # in which every seat's first message goes
PATIENCE = timedelta(minutes=1)  # with those who were being written down at Go

# After everybody who was there before, in chunks of their own. Nobody who joined after Go.
TOP_UP = f"""
INSERT INTO messaging_delivery (organisation_id, month, sending_id, person_id, place_id,
                                turn, chunk, due_at)
SELECT %(organisation)s, %(month)s, %(sending)s, id, seat_id, turn,
       %(chunk)s + (row_number() OVER (ORDER BY turn, rank) - 1) / {chunks.CHUNK}, %(at)s
  FROM (SELECT p.id, p.seat_id, t.rank,
               coalesce(was.total, 0) + row_number() OVER (
                   PARTITION BY p.seat_id ORDER BY ({IS_ABLE}) DESC, p.id) AS turn
          FROM people_person p
          JOIN places_target t ON t.place_id = p.seat_id AND t.target_list_id = %(targets)s
          {{whom}}
          LEFT JOIN messaging_seattally was ON was.sending_id = %(sending)s
                                           AND was.place_id = p.seat_id AND was.slot = 0
         WHERE p.organisation_id = %(organisation)s AND p.joined_at <= %(went_at)s
           AND NOT EXISTS (SELECT 1 FROM messaging_delivery d
                            WHERE d.month = %(month)s AND d.sending_id = %(sending)s
                              AND d.person_id = p.id)) AS person
 ORDER BY turn, rank
"""
# Everyone who writes holds a lock on their own transaction's number. Of this database only: the
# oldest number of the whole server may be another's, who has nothing to do with us.
STILL_WRITING = """
SELECT EXISTS (SELECT 1 FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
                WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted
                  AND a.datname = current_database() AND a.pid <> pg_backend_pid()
                  AND age(l.transactionid) >= age(%s::xid))
"""
NEXT_CHUNK = """
SELECT coalesce(max(chunk) + 1, 0) FROM messaging_delivery
 WHERE month = %(month)s AND sending_id = %(sending)s
"""


def top_up_later(sending: Sending) -> None:
    """Have a job add who joined; of many, once every seat's first has gone: it takes its time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        go = int(cursor.fetchone()[0])
    when = sending.began_at + FIRST_SEATS if sending.audience > MANY else None
    job = queue().configure_task("messaging.top_up", queue=chunks.QUEUE, schedule_at=when)
    job.defer(sending=sending.pk, go=go)


def is_somebody_joining(sending_id: int, go: int, at: datetime) -> bool:
    """Does somebody still write who was writing at Go (transaction `go`)?

    An import of that moment joined people before Go whom nobody sees yet. One that hangs is not
    waited for beyond a minute.
    """
    went_at = Sending.objects.values_list("went_at", flat=True).get(pk=sending_id)
    if went_at is None or at - went_at > PATIENCE:
        return False
    with connection.cursor() as cursor:
        cursor.execute(STILL_WRITING, [str(go % 2**32)])
        return bool(cursor.fetchone()[0])


def top_up(sending_id: int, at: datetime) -> None:
    """Add everyone who joined or moved into the seats between arming and Go. Twice is once.

    The sending cannot finish before. Stopped or not, they are added; going on sends to them.
    """
    whom.get_ready(Sending.objects.select_related("message").get(pk=sending_id))
    with transaction.atomic():
        be_alone_with(sending_id)
        sending = Sending.objects.select_related("message", "freeze").get(pk=sending_id)
        if sending.went_at is None or sending.topped_up_at is not None:
            return
        first, joined = _insert(sending, at)
        sending = Sending.objects.select_for_update(no_key=True).get(pk=sending_id)
        sending.audience += joined
        sending.topped_up_at = at
        sending.save(update_fields=["audience", "topped_up_at"])
        if sending.state == State.RELEASING:
            end = first + -(-joined // chunks.CHUNK)
            chunks.queue_chunks(sending_id, range(first, end))
    finishing.finish_if_done(sending_id, at)


def _insert(sending: Sending, at: datetime) -> tuple[int, int]:
    """The first chunk of those who joined, and how many they are."""
    asked: dict[str, Any] = {
        "organisation": sending.organisation_id,
        "month": sending.month,
        "sending": sending.pk,
        "targets": sending.message.target_list_id,
        "went_at": sending.went_at,
        "at": at,
    }
    statement = TOP_UP.format(whom=whom.added(sending, sending.began_at))
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{MEMORY}'")
        cursor.execute(NEXT_CHUNK, asked)
        asked["chunk"] = cursor.fetchone()[0]
        cursor.execute(statement, asked)
        joined = int(cursor.rowcount)
        if joined:
            cursor.execute(ADD_TOTALS, asked)
        cursor.execute("SET LOCAL work_mem TO DEFAULT")
    return int(asked["chunk"]), joined
