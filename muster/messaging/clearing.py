"""Clearing away deliveries that came to nothing: disarmed ones, and those of old rehearsals."""

from datetime import datetime, timedelta

from muster.messaging.chunks import QUEUE, clear_away
from muster.messaging.models import Delivery, ReasonTally, SeatHold, SeatTally, Sending
from muster.messaging.queueing import queue
from muster.organisations.scoping import acting_for

State = Sending.State
KEEP_REHEARSALS = timedelta(days=7)


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
    clear_away(sending)
    if sending.state == State.DISARMED:
        for rows in (SeatTally.objects, ReasonTally.objects, SeatHold.objects):
            rows.filter(sending_id=sending_id).delete()


def clear_old_rehearsals(at: datetime) -> None:
    """Remove the deliveries of rehearsals a week old."""
    old = Sending.objects.filter(is_rehearsal=True, pressed_at__lt=at - KEEP_REHEARSALS)
    for sending in old.filter(state__in=[State.FINISHED, State.DISARMED]):
        with acting_for(sending.organisation_id):
            if Delivery.objects.filter(month=sending.month, sending_id=sending.pk).exists():
                clear_later(sending)
