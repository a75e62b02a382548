"""In whose name a message goes out: its account's own, or one of the organisation's senders."""

from datetime import datetime

from django.db import transaction

from muster.channels.domains import keeping
from muster.channels.models import SenderIdentity
from muster.content import approving
from muster.messaging.models import Message

IS_UNDER_WAY = "It is pressed or armed already: who it comes from stands."
IS_APPROVED = "It is approved as it is: withdraw the approval to change who it comes from."


class CannotSpeak(Exception):
    """Why it may not go out in that name; nothing was changed."""


def speak_as(message: Message, sender: SenderIdentity | None, *, at: datetime) -> None:
    """Let it come from a sender; None: from its account's own name. Raises `CannotSpeak`."""
    if sender is not None and sender.organisation_id != message.organisation_id:
        raise CannotSpeak("Choose a sender of your own organisation.")
    if sender is not None and sender.ended_at:
        raise CannotSpeak(keeping.problem_with(sender))
    with transaction.atomic():
        locked = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
        if locked.sender_id == (sender.pk if sender else None):
            return
        if locked.sendings.in_earnest().exists():
            raise CannotSpeak(IS_UNDER_WAY)
        if approving.approval_in_force(locked.master, at) is not None:
            raise CannotSpeak(IS_APPROVED)
        locked.sender = message.sender = sender
        locked.save(update_fields=["sender"])


def problem(message: Message) -> str:
    """Why nothing may go out in the name chosen; empty: it may."""
    return keeping.problem_with(message.sender) if message.sender else ""
