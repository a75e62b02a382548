"""Where a message stands, in one word and one sentence."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from muster.content import approving
from muster.content.models import Approval
from muster.lib.words import when
from muster.messaging.models import Message, Plan, Sending
from muster.messaging.timing import rules as timing

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
    if message.goes_out is not None:
        return planned(message.goes_out, at)
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


def planned(plan: Plan, at: datetime) -> Standing:
    """Say when it goes out by itself."""
    how = timing.in_words(plan.timing, at, timezone.get_current_timezone())
    return Standing("waiting", "Planned", f"{plan.by.name} planned it: it goes out {how}.")


def approved_words(approval: Approval, at: datetime) -> str:
    until = when(approval.until, at, timezone.get_current_timezone())
    return f"Approved by {approval.by.name} until {until}."


def of_sending(sending: Sending, at: datetime) -> Standing:
    """Say how far the press has come."""
    pressed = when(sending.began_at, at, timezone.get_current_timezone())
    who = sending.went_by or sending.pressed_by
    by = f" by {who.name}" if who else ""
    late = _late(sending)
    if sending.given_up_at is not None:
        end = when(sending.given_up_at, at, timezone.get_current_timezone())
        state, word = ("ready", "Ended") if is_over(sending) else ("live", "Ending")
        left = (
            f"{sending.given_up_by.name if sending.given_up_by else 'Somebody'} left out the rest"
        )
        return Standing(state, word, f"Pressed{by} {pressed}. {left} {end}: {sending.given_up_why}")
    if is_stopped(sending):
        return Standing("failed", "Stopped", f"Pressed{by} {pressed}, then stopped.")
    if is_over(sending):
        return Standing("ready", "Sent", f"Sent{by} {pressed}.{late}")
    return Standing("live", "Going out", f"Pressed{by} {pressed}.{late}")


def _late(sending: Sending) -> str:
    """What is told of a plan that was carried out late."""
    plan = Plan.objects.filter(sending=sending).first()
    late = timing.lateness(plan.goes_at, sending.began_at) if plan else ""
    return f" It began {late}: no worker was running at its time." if late else ""


def is_stopped(sending: Sending) -> bool:
    """One stopped while it was being laid out finishes that first, and hands nothing over."""
    open_still = sending.state in (State.STOPPED, State.LAYING_OUT)
    return open_still and sending.stopped_at is not None


def is_over(sending: Sending) -> bool:
    """Does every message have its end?"""
    return sending.state == State.FINISHED


def _problems(message: Message) -> list[list[str]]:
    return list(message.master.cuts.values_list("problems", flat=True))
