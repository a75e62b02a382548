"""Leaving out whoever still waits: in withdrawn seats, or in all of a sending given up."""

from datetime import datetime
from typing import Any

from django.db import connection

from muster.messaging import chunks
from muster.messaging.models import SeatHold, Sending
from muster.messaging.queueing import queue

WITHDRAWN = "Their seat was withdrawn."
GIVEN_UP = "Left out by hand: {why}"

# Whoever is being claimed this moment is left alone: that claim's job looks here at its end.
LEAVE_OUT = """
WITH gone AS (
    SELECT d.person_id, d.attempts, d.reason FROM messaging_delivery d
     WHERE d.month = %(month)s AND d.sending_id = %(sending)s AND d.state = 0
       AND d.chunk >= %(first)s AND d.chunk < %(end)s {only}
       FOR UPDATE OF d SKIP LOCKED),
ended AS (
    UPDATE messaging_delivery d SET state = 4, reason = %(words)s, ended_at = %(at)s
      FROM gone
     WHERE d.month = %(month)s AND d.sending_id = %(sending)s AND d.person_id = gone.person_id
 RETURNING d.place_id),
counted AS (
    INSERT INTO messaging_seattally AS t (sending_id, place_id, slot, total, delivered, failed,
                                          left_out, uncertain)
    SELECT %(sending)s, coalesce(place_id, 0), 0, 0, 0, 0, count(*), 0 FROM ended
     GROUP BY 2 ORDER BY 2
        ON CONFLICT (sending_id, place_id, slot) DO UPDATE
       SET left_out = t.left_out + excluded.left_out),
put_off_no_more AS (
    INSERT INTO messaging_defertally AS t (sending_id, reason, slot, people)
    SELECT %(sending)s, reason, 0, -count(*) FROM gone WHERE attempts > 0
     GROUP BY reason ORDER BY reason
        ON CONFLICT (sending_id, reason, slot) DO UPDATE
       SET people = t.people + excluded.people)
INSERT INTO messaging_reasontally AS t (sending_id, rule, reason, slot, people)
SELECT %(sending)s, '', %(words)s, 0, count(*) FROM ended HAVING count(*) > 0
    ON CONFLICT (sending_id, rule, reason, slot) DO UPDATE SET people = t.people + excluded.people
"""
IN_WITHDRAWN_SEATS = """
AND EXISTS (SELECT 1 FROM messaging_seathold h
             WHERE h.sending_id = d.sending_id AND h.place_id = d.place_id
               AND h.withdrawn_at IS NOT NULL)"""
LAST = 2**31 - 1


def leave_out_later(sending: Sending) -> None:
    """Have a job leave out whoever waits and is to wait no longer."""
    job = queue().configure_task("messaging.leave_out", queue=chunks.QUEUE, priority=chunks.SOONER)
    job.defer(sending=sending.pk)


def leave_out(sending_id: int, at: datetime, *, chunk: int | None = None) -> None:
    """End what waits and is to wait no longer, everywhere or in one chunk. Twice is once.

    Asked at the end of every chunk's job, too: a claim may come back, or somebody move in.
    """
    sending = Sending.objects.get(pk=sending_id)
    if sending.given_up_at is not None:
        _end(sending, GIVEN_UP.format(why=sending.given_up_why), "", at, chunk)
        return
    withdrawn = SeatHold.objects.filter(sending_id=sending_id, withdrawn_at__isnull=False)
    if withdrawn.exists():
        _end(sending, WITHDRAWN, IN_WITHDRAWN_SEATS, at, chunk)


def _end(sending: Sending, words: str, only: str, at: datetime, chunk: int | None) -> None:
    """A stretch of chunks at a time, each committed: a million take a while."""
    asked: dict[str, Any] = {
        "month": sending.month,
        "sending": sending.pk,
        "words": words,
        "at": at,
    }
    stretches = [(chunk, chunk + 1)] if chunk is not None else _stretches(sending)
    for first, end in stretches:
        with connection.cursor() as cursor:
            cursor.execute(LEAVE_OUT.format(only=only), asked | {"first": first, "end": end})


def _stretches(sending: Sending) -> list[tuple[int, int]]:
    return [(first, first + chunks.AT_ONCE) for first in chunks.stretches(sending)]
