"""One seat of a sending held back, let go, or withdrawn: in force within a second everywhere."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from muster.messaging import chunks
from muster.messaging.models import SeatHold, Sending
from muster.messaging.queueing import queue
from muster.messaging.sights import tell_senders
from muster.organisations.models import Member

State = Sending.State
OVER = (State.FINISHED, State.DISARMED)
WITHDRAWN = "Their seat was withdrawn."

# Whoever is being claimed this moment is left alone: that claim's job looks here at its end.
LEAVE_OUT = """
WITH gone AS (
    SELECT d.person_id FROM messaging_delivery d
      JOIN messaging_seathold h ON h.sending_id = d.sending_id AND h.place_id = d.place_id
     WHERE d.month = %(month)s AND d.sending_id = %(sending)s AND d.state = 0
       AND (%(chunk)s::integer IS NULL OR d.chunk = %(chunk)s) AND h.withdrawn_at IS NOT NULL
       FOR UPDATE OF d SKIP LOCKED),
ended AS (
    UPDATE messaging_delivery d SET state = 4, reason = %(words)s, ended_at = %(at)s
      FROM gone
     WHERE d.month = %(month)s AND d.sending_id = %(sending)s AND d.person_id = gone.person_id
 RETURNING d.place_id),
counted AS (
    INSERT INTO messaging_seattally AS t (sending_id, place_id, slot, total, delivered, failed,
                                          left_out, uncertain)
    SELECT %(sending)s, place_id, 0, 0, 0, 0, count(*), 0 FROM ended
     GROUP BY place_id ORDER BY place_id
        ON CONFLICT (sending_id, place_id, slot) DO UPDATE
       SET left_out = t.left_out + excluded.left_out)
INSERT INTO messaging_reasontally AS t (sending_id, rule, reason, slot, people)
SELECT %(sending)s, '', %(words)s, 0, count(*) FROM ended HAVING count(*) > 0
    ON CONFLICT (sending_id, rule, reason, slot) DO UPDATE SET people = t.people + excluded.people
"""


def hold(sending: Sending, place_ids: Collection[int], *, by: Member, at: datetime) -> None:
    """Let nothing more go out to these seats. Before Go or after; twice is once.

    What was already handed over stays so. Those who wait there wait on, and the sending is not
    finished until they are let go or withdrawn.
    """
    with transaction.atomic():
        sending = _locked(sending)
        if sending.state not in OVER:
            put(sending, place_ids, by=by, at=at)
            tell_senders(sending.pk)


def let_go(sending: Sending, place_ids: Collection[int], *, by: Member, at: datetime) -> None:
    """Let held seats go on where they were. Twice is once; a withdrawn seat stays withdrawn."""
    with transaction.atomic():
        sending = _locked(sending)
        held = sending.holds.filter(place_id__in=list(place_ids), withdrawn_at=None)
        if not held.delete()[0]:
            return
        tell_senders(sending.pk)
        if sending.state == State.RELEASING:
            chunks.queue_again(sending.pk)


def withdraw(sending: Sending, place_ids: Collection[int], *, by: Member, at: datetime) -> None:
    """Take seats out for good: held at once, and whoever still waits there is left out.

    What was already handed over stays so. Twice is once.
    """
    with transaction.atomic():
        sending = _locked(sending)
        if sending.state in OVER:
            return
        put(sending, place_ids, by=by, at=at)
        held = sending.holds.filter(place_id__in=list(place_ids), withdrawn_at=None)
        if held.update(withdrawn_by=by, withdrawn_at=at):
            tell_senders(sending.pk)
            leave_out_later(sending)


def put(sending: Sending, place_ids: Collection[int], *, by: Member | None, at: datetime) -> None:
    """Write holds down, within a transaction; a seat already held keeps its own."""
    rows = [
        SeatHold(sending=sending, place_id=place_id, held_by=by, held_at=at)
        for place_id in sorted(set(place_ids))
    ]
    SeatHold.objects.bulk_create(rows, ignore_conflicts=True)


def leave_out_later(sending: Sending) -> None:
    """Have a job leave out whoever waits in a withdrawn seat."""
    job = queue().configure_task("messaging.leave_out", queue=chunks.QUEUE, priority=chunks.SOONER)
    job.defer(sending=sending.pk)


def leave_out_withdrawn(sending_id: int, at: datetime, *, chunk: int | None = None) -> None:
    """End what waits in withdrawn seats, everywhere or in one chunk. Twice is once.

    Asked at the end of every chunk's job, too: a claim may come back, or somebody move in.
    """
    withdrawn = SeatHold.objects.filter(sending_id=sending_id, withdrawn_at__isnull=False)
    if not withdrawn.exists():
        return
    sending = Sending.objects.get(pk=sending_id)
    asked: dict[str, Any] = {
        "month": sending.month,
        "sending": sending_id,
        "chunk": chunk,
        "words": WITHDRAWN,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(LEAVE_OUT, asked)


def _locked(sending: Sending) -> Sending:
    return Sending.objects.select_for_update(no_key=True).get(pk=sending.pk)
