"""One seat of a sending held back, let go, or withdrawn: in force within a second everywhere."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from muster.messaging import chunks
from muster.messaging.leaving_out import leave_out_later
from muster.messaging.models import SeatHold, Sending
from muster.messaging.sights import tell_senders
from muster.organisations.models import Member

State = Sending.State
OVER = (State.FINISHED, State.DISARMED)


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


def _locked(sending: Sending) -> Sending:
    return Sending.objects.select_for_update(no_key=True).get(pk=sending.pk)
