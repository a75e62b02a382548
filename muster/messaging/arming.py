"""Armed: laid out beforehand and waiting for Go, for months if need be; or disarmed again."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from muster.audiences import freezing
from muster.content import masters
from muster.journal import journal
from muster.lib.times import first_of_month
from muster.messaging import chunks, facts, holding, pressing, topping_up, whom
from muster.messaging.clearing import clear_later
from muster.messaging.models import Message, Sending
from muster.messaging.queueing import queue
from muster.organisations.models import Member

State = Sending.State
FIRST_BIG = 20  # big chunks queued by Go itself, so that no lane waits for the others to be queued


class CannotArm(Exception):
    """Why a message may not be armed; each argument is one reason, all of them at once."""


class CannotGo(Exception):
    """Why it may not go now, in words."""


class CannotDisarm(Exception):
    """It has gone: nothing can take that back."""


def arm(message: Message, *, by: Member, at: datetime) -> Sending:
    """Lay a launch's message out in turns, to wait for Go. Arming twice is arming once.

    Its month is this one and never changes, so that nobody can get it twice. The words stay
    open: the launch's seal is broken by a changed word, and an approval can be renewed meanwhile.
    What stands in the way of one seat is the launch's to ask, here and again at Go: that seat is
    held. Raises `CannotArm` with what stands in the way of all.
    """
    with transaction.atomic():
        message = Message.objects.select_for_update().get(pk=message.pk)
        if not message.goes_with_launch:
            raise CannotArm("This message goes by itself: press it instead.")
        if (armed := message.sendings.in_earnest().first()) is not None:
            return armed
        if found := pressing.problems_of_all(message):
            raise CannotArm(*found)
        sending = Sending.objects.create(
            organisation=message.organisation,
            message=message,
            month=first_of_month(at),
            state=State.LAYING_OUT,
            pressed_by=by,
            pressed_at=at,
        )
        try:
            whom.begin(sending)
        except freezing.CannotFreeze as refusal:
            raise CannotArm(str(refusal)) from None
        queue().configure_task("messaging.lay_out", queue=chunks.QUEUE).defer(sending=sending.pk)
    return sending


def go(sending: Sending, *, by: Member, at: datetime, held: Collection[int] = ()) -> Sending:
    """Let an armed sending go, but for the seats (ids) in `held`. Twice is once.

    Short, whatever its size: the first chunks are queued here, the others by a job. Seats that
    were held before stay so. Raises `CannotGo`.
    """
    with transaction.atomic():
        sending = _locked(sending)
        if sending.went_at is not None:
            return sending
        if sending.state != State.ARMED:
            raise CannotGo(_why_not(sending))
        masters.seal(sending.message.master, at=at)
        holding.put(sending, held, by=None, at=at)
        sending.state, sending.went_by, sending.went_at = State.RELEASING, by, at
        sending.save(update_fields=["state", "went_by", "went_at"])
        about = ("sending", sending.pk)
        journal.record(facts.SENDING_PRESSED, sending.organisation, at=at, by=by, about=about)
        _queue(sending)
    return sending


def disarm(sending: Sending, *, by: Member, at: datetime) -> Sending:
    """Take an armed sending back: nobody gets it, and the message may be armed again.

    Twice is once. Raises `CannotDisarm` after Go.
    """
    with transaction.atomic():
        sending = _locked(sending)
        if sending.state == State.DISARMED:
            return sending
        if sending.went_at is not None:
            raise CannotDisarm("It has gone: press Stop to keep the rest back.")
        sending.state, sending.stopped_by, sending.stopped_at = State.DISARMED, by, at
        sending.save(update_fields=["state", "stopped_by", "stopped_at"])
        clear_later(sending)
    return sending


def _locked(sending: Sending) -> Sending:
    locked = Sending.objects.select_for_update(no_key=True, of=("self",))
    return locked.select_related("organisation", "message__master").get(pk=sending.pk)


def _why_not(sending: Sending) -> str:
    if sending.state == State.LAYING_OUT:
        return "Its messages are still being laid out: wait until it is armed."
    return "It was disarmed: arm it again."


def _queue(sending: Sending) -> None:
    """Every seat's first ahead of all; then what queues the rest and adds who joined since."""
    end = chunks.count_of(sending.audience)
    soon = min(end, chunks.FIRST + FIRST_BIG)
    chunks.queue_chunks(sending.pk, range(min(end, chunks.FIRST)), chunks.URGENT)
    if soon < end:
        chunks.queue_later(sending.pk, soon, end)
    topping_up.top_up_later(sending)
    chunks.queue_chunks(sending.pk, range(chunks.FIRST, soon))
