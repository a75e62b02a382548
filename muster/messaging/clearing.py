"""Clearing away deliveries that came to nothing: disarmed ones, and those of old rehearsals."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from muster.messaging.chunks import QUEUE
from muster.messaging.models import Delivery, ReasonTally, SeatHold, SeatTally, Sending
from muster.messaging.queueing import queue

State = Sending.State
KEEP_REHEARSALS = timedelta(days=7)
AT_ONCE = 50  # chunks removed in one go

CLEAR = """
DELETE FROM messaging_delivery
 WHERE month = %(month)s AND sending_id = %(sending)s AND chunk >= %(first)s AND chunk < %(end)s
"""
LAST_CHUNK = "SELECT max(chunk) FROM messaging_delivery WHERE month = %s AND sending_id = %s"


def clear_later(sending: Sending) -> None:
    """Have a job clear it away."""
    queue().configure_task("messaging.clear", queue=QUEUE).defer(sending=sending.pk)


def clear(sending_id: int) -> None:
    """Remove the deliveries of a disarmed sending or of a rehearsal that is over. Twice is once.

    A finished rehearsal keeps its counts and times, which are nobody's in particular.
    """
    sending = Sending.objects.get(pk=sending_id)
    is_over = sending.is_rehearsal and sending.state == State.FINISHED
    if not (is_over or sending.state == State.DISARMED):
        return
    _remove(sending)
    if sending.state == State.DISARMED:
        for rows in (SeatTally.objects, ReasonTally.objects, SeatHold.objects):
            rows.filter(sending_id=sending_id).delete()


def clear_old_rehearsals(at: datetime) -> None:
    """Remove the deliveries of rehearsals a week old."""
    old = Sending.objects.filter(is_rehearsal=True, pressed_at__lt=at - KEEP_REHEARSALS)
    for sending in old.filter(state__in=[State.FINISHED, State.DISARMED]):
        if Delivery.objects.filter(month=sending.month, sending_id=sending.pk).exists():
            clear_later(sending)


def _remove(sending: Sending) -> None:
    """A few thousand at a time: nobody waits for a million."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_CHUNK, [sending.month, sending.pk])
        last = cursor.fetchone()[0]
        for first in range(0, -1 if last is None else last + 1, AT_ONCE):
            asked: dict[str, Any] = {"month": sending.month, "sending": sending.pk}
            cursor.execute(CLEAR, asked | {"first": first, "end": first + AT_ONCE})
