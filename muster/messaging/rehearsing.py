"""Rehearsing: the whole path to a mailbox of Muster's own. Nothing leaves; nobody is changed."""

from copy import copy
from datetime import datetime

from django.conf import settings
from django.db import transaction

from muster.channels.models import EmailAccount
from muster.lib.times import first_of_month
from muster.messaging.chunks import QUEUE
from muster.messaging.clearing import clear_later
from muster.messaging.models import Message, Sending
from muster.messaging.queueing import queue
from muster.organisations.models import Member

State = Sending.State


class CannotRehearse(Exception):
    """Why there is nothing to rehearse; each argument is one reason."""


def rehearse(message: Message, *, by: Member, at: datetime, per_seat: int | None = None) -> Sending:
    """Send a message to Muster's own mailbox as it would go: claimed, judged, filled, handed over.

    To at most `per_seat` people of each seat, or to all. While one is under way, that is it. What
    an earlier rehearsal left is cleared away. Raises `CannotRehearse`.
    """
    with transaction.atomic():
        message = Message.objects.select_for_update().get(pk=message.pk)
        if not (message.target_list and message.target_list.targets.exists()):
            raise CannotRehearse("Choose at least one target seat.")
        earlier = message.sendings.filter(is_rehearsal=True).order_by("-pk").first()
        if earlier is not None and earlier.state in (State.LAYING_OUT, State.RELEASING):
            return earlier
        if earlier is not None:
            _drop(earlier)
        sending = Sending.objects.create(
            organisation=message.organisation,
            message=message,
            month=first_of_month(at),
            state=State.LAYING_OUT,
            is_rehearsal=True,
            per_seat=per_seat,
            pressed_by=by,
            pressed_at=at,
            went_by=by,
            went_at=at,
        )
        queue().configure_task("messaging.lay_out", queue=QUEUE).defer(sending=sending.pk)
    return sending


def account_for(account: EmailAccount) -> EmailAccount:
    """The account as a rehearsal uses it: the same sender's address, Muster's own mailbox.

    Its key is no account's, so that nobody takes an open line of the one for one of the other.
    """
    host, _, port = settings.REHEARSAL_SINK.rpartition(":")
    rehearsed = copy(account)
    rehearsed.pk = -account.pk
    rehearsed.provider, rehearsed.host, rehearsed.port = "smtp", host, int(port)
    rehearsed.options, rehearsed.sealed = {}, ""
    return rehearsed


def _drop(earlier: Sending) -> None:
    """One that was stopped in the middle does not go on."""
    if earlier.state == State.STOPPED:
        earlier.state = State.DISARMED
        earlier.save(update_fields=["state"])
    clear_later(earlier)
