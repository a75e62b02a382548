"""What `muster message` needs of the rooms, once Django is loaded: which, who, and in words."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from muster.lib.times import now
from muster.lib.words import counted
from muster.messaging import pressing, progress
from muster.messaging.models import Message, Sending
from muster.messaging.timing import planning
from muster.messaging.timing.rules import Timing, in_words
from muster.organisations.models import Member
from muster.organisations.scoping import acting_for
from muster.places.scope import reach_of

WITH_LAUNCH = "It goes with a launch: `muster go` stops it and lets it go on."


class CannotDo(Exception):
    """Why nothing was done."""


REFUSALS = (CannotDo, pressing.CannotPress, planning.CannotPlan)


def every_message(slug: str) -> list[str]:
    """One line for each; of one organisation, if its slug is given."""
    found = Message.objects.filter(target_list__isnull=False).select_related(
        "organisation", "master"
    )
    lines = []
    for message in found.filter(organisation__slug=slug) if slug else found:
        with acting_for(message.organisation_id):
            lines.append(f"{message.organisation}  {message.master.name}: {_standing(message)}")
    return lines or ["There is no message yet."]


def shown(name: str, slug: str) -> list[str]:
    """One message: how it stands, in numbers that add up, and what stands in its way."""
    message = called(name, slug)
    with acting_for(message.organisation_id):
        sending = _pressed(message)
        lines = [f"{message.master.name}: {_standing(message)}"]
        if sending is None:
            return lines + (pressing.problems(message) or ["Nothing stands in its way."])
        stands = progress.progress(sending)
        ends = {
            "delivered": stands.delivered,
            "failed": stands.failed,
            "left out": sum(stands.left_out.values()),
            "uncertain": stands.uncertain,
            "waiting": stands.waiting,
        }
        return lines + [f"  {people:,}  {words}" for words, people in ends.items()]


def send(name: str, slug: str, email: str, timing: Timing) -> list[str]:
    """Press it, or plan it where a time is given. Raises any of `REFUSALS`."""
    message = called(name, slug)
    with acting_for(message.organisation_id):
        by, at = _member(message, email), now()
        if timing.goes_at is not None:
            planning.plan(message, timing, by=by, at=at)
        else:
            pressing.press(message, by=by, at=at, timing=timing)
        return [f"{message.master.name} goes out {in_words(timing, at, _zone(message))}."]


def call_off(name: str, slug: str, email: str) -> list[str]:
    """Let nothing go out by itself. Raises `CannotDo`."""
    message = called(name, slug)
    with acting_for(message.organisation_id):
        if planning.plan_of(message) is None:
            raise CannotDo("It is not planned.")
        planning.call_off(message, by=_member(message, email), at=now())
        return [f"{message.master.name} goes out only when somebody presses."]


def stop(name: str, slug: str, email: str) -> list[str]:
    """Stop it, within a second. Raises `CannotDo`."""
    message = called(name, slug)
    with acting_for(message.organisation_id):
        sending = pressing.stop(_own(message), by=_member(message, email), at=now())
        return [f"{message.master.name}: {_of(sending)}"]


def go_on(name: str, slug: str, email: str) -> list[str]:
    """Let it go on where it was. Raises `CannotDo`, `CannotPress`."""
    message = called(name, slug)
    with acting_for(message.organisation_id):
        sending = pressing.go_on(_own(message), by=_member(message, email), at=now())
        return [f"{message.master.name}: {_of(sending)}"]


def timing_of(
    name: str, slug: str, when: str, spread_hours: float, share: int, rest_hours: float
) -> Timing:
    """What was typed; a time without a zone is by the organisation's clock. Raises `CannotDo`."""
    goes_at = None
    if when:
        try:
            goes_at = datetime.fromisoformat(when)
        except ValueError:
            raise CannotDo(f"“{when}” is no time: write it as 2026-12-01T18:30.") from None
        goes_at = goes_at if goes_at.tzinfo else goes_at.replace(tzinfo=_zone(called(name, slug)))
    return Timing(
        goes_at=goes_at,
        spread=timedelta(hours=spread_hours),
        share=share or None,
        rest_after=timedelta(hours=rest_hours) if rest_hours else None,
    )


def called(name: str, slug: str) -> Message:
    """The one message of that name. Raises `CannotDo`."""
    kept = Message.objects.filter(master__name__iexact=name).select_related(
        "organisation", "master"
    )
    found = list(kept.filter(organisation__slug=slug) if slug else kept)
    if len(found) != 1:
        wrong = "More than one message is" if found else "No message is"
        raise CannotDo(f"{wrong} called {name}. `muster message list` tells them all.")
    return found[0]


def _zone(message: Message) -> ZoneInfo:
    return ZoneInfo(message.organisation.time_zone)


def _own(message: Message) -> Sending:
    if message.goes_with_launch:
        raise CannotDo(WITH_LAUNCH)
    sending = _pressed(message)
    if sending is None:
        raise CannotDo("It was not sent yet.")
    return sending


def _pressed(message: Message) -> Sending | None:
    return message.sendings.in_earnest().first()


def _member(message: Message, email: str) -> Member:
    members = Member.objects.filter(organisation=message.organisation, ended_at=None)
    member = members.filter(user__email__iexact=email).first()
    if member is None:
        raise CannotDo(f"{email} is no member of {message.organisation}.")
    if not reach_of(member, at=now()).may_everywhere("send messages"):
        raise CannotDo(f"{member} may not send messages for the whole organisation.")
    return member


def _standing(message: Message) -> str:
    sending = _pressed(message)
    if sending is not None:
        return _of(sending)
    plan = planning.plan_of(message)
    if plan is None:
        return "not sent."
    return f"goes out on {plan.goes_at.astimezone(_zone(message)):%-d %B %Y at %H:%M}."


def _of(sending: Sending) -> str:
    stands = progress.progress(sending)
    said = "stopped" if sending.stopped_at else str(Sending.State(sending.state).label).lower()
    return f"{said}, {stands.done:,} of {counted(stands.audience, 'person', 'people')}."
