"""The press: one message released to everyone it may reach, once each; stopped; let go on."""

from datetime import datetime

from django.db import transaction

from muster.audiences import freezing
from muster.channels import signing, standing_in
from muster.channels.models import EmailAccount
from muster.compliance import packs
from muster.compliance.rules import judge_material
from muster.content import approving, checking, cutting, masters
from muster.content.models import Cut
from muster.journal import journal
from muster.lib import mail_headers
from muster.lib.times import first_of_month, now
from muster.messaging import chunks, facts, letters, rules, speaking, whom
from muster.messaging.estimating import Estimate, estimate
from muster.messaging.models import Message, Sending
from muster.messaging.preflight import blocking
from muster.messaging.queueing import queue
from muster.messaging.sights import tell_senders
from muster.messaging.timing.rules import AT_ONCE, Timing, in_seconds
from muster.organisations.models import Member
from muster.places.models import Place

State = Sending.State
__all__ = ["CannotPress", "Estimate", "estimate", "go_on", "press", "problems", "stop"]


class CannotPress(Exception):
    """Why a message may not go out; each argument is one reason, all of them at once."""


def problems(message: Message, at: datetime | None = None) -> list[str]:
    """Every reason the message may not go out now, for all its seats, in the organiser's words."""
    at = at or now()
    places = places_of(message)
    cuts = cutting.cut(message.master, places, at) if places else []
    return rules.problems_before_pressing(brief_of(message, cuts, at))


def brief_of(message: Message, cuts: list[Cut], at: datetime) -> rules.Brief:
    """All that is asked of it before the press, asked now. `cuts`: of all its seats."""
    return rules.Brief(
        seats=len(cuts),
        has_open_page=message.page.is_open,
        is_marketing=message.purpose != "service",
        goes_with_launch=message.goes_with_launch,
        account_problem=_account_problem(message.spoken) or speaking.problem(message),
        audience_problem=whom.problem(message),
        is_approved=bool(approving.approval_in_force(message.master, at)),
        content_problems=[f"{words}." for words in checking.grouped(cuts)],
        legal_problems=_legal_problems(message, cuts, at),
        preflight_problems=blocking.problems(message, at),
    )


def problems_of_all(message: Message) -> list[str]:
    """What stands in the way of every seat alike, whatever its words."""
    has_seats = message.target_list is not None and message.target_list.targets.exists()
    found = [] if has_seats else ["Choose at least one target seat."]
    others = (
        _account_problem(message.spoken),
        speaking.problem(message),
        whom.problem(message),
    )
    return [*found, *filter(None, others), *blocking.problems(message, now())]


def press(message: Message, *, by: Member, at: datetime, timing: Timing = AT_ONCE) -> Sending:
    """Release a message to everyone it may reach in its seats. Pressing twice is pressing once.

    `timing` says over how long, and whether a share goes first; a plan there was ends with it.

    Raises `CannotPress` with every problem of every seat.
    """
    with transaction.atomic():
        message = Message.objects.select_for_update().get(pk=message.pk)
        if message.goes_with_launch:
            raise CannotPress(rules.GOES_WITH_LAUNCH)
        if message.goes_with_journey:
            raise CannotPress(rules.GOES_WITH_JOURNEY)
        pressed = message.sendings.in_earnest().first()
        if pressed is not None:
            return pressed
        if found := problems(message, at):
            raise CannotPress(*found)
        masters.seal(message.master, at=at)
        sending = Sending.objects.create(
            organisation=message.organisation,
            message=message,
            month=first_of_month(at),
            state=State.LAYING_OUT,
            pressed_by=by,
            pressed_at=at,
            went_by=by,
            went_at=at,
            spread_s=int(timing.spread.total_seconds()),
            share_percent=timing.share,
            rest_after_s=in_seconds(timing.rest_after),
        )
        message.plans.filter(ended_at=None).update(ended_at=at, sending=sending)
        _use_audience(sending)
        _record(facts.SENDING_PRESSED, sending, by, at)
        queue().configure_task("messaging.lay_out", queue="messaging").defer(sending=sending.pk)
    return sending


def _use_audience(sending: Sending) -> None:
    try:
        whom.begin(sending)
    except freezing.CannotFreeze as refusal:
        raise CannotPress(str(refusal)) from None


def stop(sending: Sending, *, by: Member, at: datetime) -> Sending:
    """Stop it on every worker, within a second. What was already handed over stays so."""
    with transaction.atomic():
        sending = Sending.objects.select_for_update(no_key=True).get(pk=sending.pk)
        open_still = sending.state in (State.RELEASING, State.LAYING_OUT)
        # Before Go there is nothing to stop: such a one is disarmed.
        if not open_still or sending.stopped_at or sending.went_at is None or sending.given_up_at:
            return sending
        sending.stopped_by, sending.stopped_at = by, at
        # One still being laid out finishes that first, and then stands stopped.
        if sending.state == State.RELEASING:
            sending.state = State.STOPPED
        sending.save(update_fields=["state", "stopped_by", "stopped_at"])
        _record(facts.SENDING_STOPPED, sending, by, at)
        tell_senders(sending.pk)
    return sending


def go_on(sending: Sending, *, by: Member, at: datetime) -> Sending:
    """Let a stopped sending go on where it was. Raises `CannotPress` when its approval ran out.

    A launch asks about approvals itself, seat by seat, and holds what has none.
    """
    with transaction.atomic():
        sending = Sending.objects.select_for_update(no_key=True).get(pk=sending.pk)
        if not sending.stopped_at or sending.state not in (State.STOPPED, State.LAYING_OUT):
            return sending
        if not _may_go_on(sending, at):
            raise CannotPress("Its approval has run out: ask someone else to approve it again.")
        sending.stopped_by, sending.stopped_at = None, None
        if sending.state == State.STOPPED:
            sending.state = State.RELEASING
            chunks.queue_again(sending.pk)
        sending.save(update_fields=["state", "stopped_by", "stopped_at"])
        _record(facts.SENDING_WENT_ON, sending, by, at)
    return sending


def places_of(message: Message) -> list[Place]:
    """The seats it goes to, best target first."""
    if message.target_list is None:
        return []
    return [t.place for t in message.target_list.targets.select_related("place")]


def _may_go_on(sending: Sending, at: datetime) -> bool:
    if sending.is_rehearsal or sending.message.goes_with_launch:
        return True
    return approving.approval_in_force(sending.message.master, at) is not None


def _account_problem(account: EmailAccount) -> str:
    if not account.from_address or not account.from_name:
        return "Give the mail account a name and an address that it is sent from."
    try:
        mail_headers.mailbox(mail_headers.tidy(account.from_name), account.from_address)
    except mail_headers.BreaksHeader:
        return "Give the mail account an address of plain letters: its own cannot stand in a mail."
    try:
        signing.signers_for(account)
    except signing.CannotSign as refusal:
        return str(refusal)
    if not standing_in.ways_of(account):
        return f"{account.name} is turned off: turn it on, or choose another account."
    return "" if account.leads_somewhere else "Give the mail account a server."


def _legal_problems(message: Message, cuts: list[Cut], at: datetime) -> list[str]:
    """What the law says of each seat's cut, each thing once with its seats."""
    pack = packs.pack_for(letters.COUNTRY, at.date())
    actor = letters.actor_of(message)
    found = []
    for cut in cuts:
        who = letters.campaigner_of(cut, message.organisation)
        decision = judge_material(pack, who, actor, letters.action_of(cut, message), at)
        if not decision.may_go and cut.campaigner is not None:
            found.append((decision.message, cut.place.name if cut.place else ""))
    return rules.grouped_by_words(found)


def _record(kind: str, sending: Sending, by: Member, at: datetime) -> None:
    """A rehearsal is no news: nothing happened to anyone."""
    if not sending.is_rehearsal:
        journal.record(kind, sending.organisation, at=at, by=by, about=("sending", sending.pk))
