"""Where a message stands, in one word and one sentence."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from muster.content import approving
from muster.content.models import Approval
from muster.lib.words import when
from muster.messaging.models import Message, Sending

State = Sending.State


@dataclass(frozen=True)
class Standing:
    """`state` is a badge's class: "", ready, waiting, failed or live."""

    state: str
    word: str
    sentence: str


def standing_of(message: Message, sending: Sending | None, *, at: datetime) -> Standing:
    """Say where it stands; a message nobody pressed stands where its cuts do."""
    if sending is not None:
        return of_sending(sending, at)
    waiting = sum(1 for problems in _problems(message) if problems)
    if waiting:
        seats = "1 seat waits" if waiting == 1 else f"{waiting:,} seats wait"
        return Standing("waiting", "Not ready", f"{seats} for something.")
    approval = approving.approval_in_force(message.master, at)
    if approval is None:
        who = message.master.author.name
        return Standing(
            "waiting", "To approve", f"It waits for approval by someone other than {who}."
        )
    return Standing("ready", "Approved", approved_words(approval, at))


def approved_words(approval: Approval, at: datetime) -> str:
    until = when(approval.until, at, timezone.get_current_timezone())
    return f"Approved by {approval.by.name} until {until}."


def of_sending(sending: Sending, at: datetime) -> Standing:
    """Say how far the press has come."""
    pressed = when(sending.began_at, at, timezone.get_current_timezone())
    who = sending.went_by or sending.pressed_by
    by = f" by {who.name}" if who else ""
    if is_stopped(sending):
        return Standing("failed", "Stopped", f"Pressed{by} {pressed}, then stopped.")
    if is_over(sending):
        return Standing("ready", "Sent", f"Sent{by} {pressed}.")
    return Standing("live", "Going out", f"Pressed{by} {pressed}.")


def is_stopped(sending: Sending) -> bool:
    """One stopped while it was being laid out finishes that first, and hands nothing over."""
    open_still = sending.state in (State.STOPPED, State.LAYING_OUT)
    return open_still and sending.stopped_at is not None


def is_over(sending: Sending) -> bool:
    """Does every message have its end?"""
    return sending.state == State.FINISHED


def _problems(message: Message) -> list[list[str]]:
    return list(message.master.cuts.values_list("problems", flat=True))
