"""Planning the press: told beforehand, changed or called off until then, asked again at its time.

A machine that slept at the time presses when it wakes; the page says how late.
"""

from datetime import datetime

from django.db import transaction

from muster.journal import journal
from muster.messaging import facts, pressing, rules
from muster.messaging.models import Message, Plan
from muster.messaging.queueing import queue
from muster.messaging.timing.rules import Timing, in_seconds, problems_of
from muster.organisations.models import Member
from muster.organisations.scoping import acting_for
from muster.places.scope import reach_of

JOB = "messaging.begin_plan"
UNDER_WAY = "It is pressed already."


class CannotPlan(Exception):
    """Why it cannot go out then; each argument is one reason, all of them at once."""


def plan(message: Message, timing: Timing, *, by: Member, at: datetime) -> Plan:
    """Have it pressed at a time to come; a plan there was is changed for this one.

    Raises `CannotPlan` with everything that stands in its way already now.
    """
    assert timing.goes_at is not None
    with transaction.atomic():
        message = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
        if found := _problems(message, timing, at):
            raise CannotPlan(*found)
        message.plans.filter(ended_at=None).update(ended_at=at, ended_by=by)
        made = Plan.objects.create(
            organisation=message.organisation,
            message=message,
            by=by,
            made_at=at,
            goes_at=timing.goes_at,
            spread_s=int(timing.spread.total_seconds()),
            share_percent=timing.share,
            rest_after_s=in_seconds(timing.rest_after),
        )
        _record(facts.SENDING_PLANNED, made, by, at)
        job = queue().configure_task(JOB, queue="messaging", schedule_at=timing.goes_at)
        job.defer(plan=made.pk)
    return made


def call_off(message: Message, *, by: Member, at: datetime) -> None:
    """Let nothing go out by itself. Twice is once; what was pressed already goes on."""
    with transaction.atomic():
        Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
        in_force = plan_of(message)
        if in_force is None:
            return
        in_force.ended_at, in_force.ended_by = at, by
        in_force.save(update_fields=["ended_at", "ended_by"])
        _record(facts.PLAN_CALLED_OFF, in_force, by, at)


def plan_of(message: Message) -> Plan | None:
    """The plan in force."""
    return message.plans.filter(ended_at=None).select_related("by").first()


def begin(plan_id: int, at: datetime) -> None:
    """Press what is planned, if its time has come. What stands in its way then is kept and shown.

    Twice is once.
    """
    with transaction.atomic():
        asked = Plan.objects.select_related("message", "by__organisation").get(pk=plan_id)
        Message.objects.select_for_update(of=("self",)).get(pk=asked.message_id)
        asked.refresh_from_db(fields=["ended_at"])
        if asked.ended_at is not None or asked.goes_at > at:
            return
        try:
            _press(asked, at)
        except pressing.CannotPress as refusal:
            asked.ended_at, asked.problem = at, " ".join(refusal.args)[:1000]
            asked.save(update_fields=["ended_at", "problem"])
            _record(facts.PLAN_REFUSED, asked, None, at)


def begin_overdue(at: datetime) -> None:
    """Press what a lost job was to press, in every organisation."""
    overdue = Plan.objects.filter(ended_at=None, goes_at__lte=at)
    for plan_id, organisation_id in overdue.values_list("pk", "organisation_id"):
        with acting_for(organisation_id):
            begin(plan_id, at)


def _problems(message: Message, timing: Timing, at: datetime) -> list[str]:
    if message.goes_with_launch:
        return [rules.GOES_WITH_LAUNCH]
    if message.sendings.in_earnest().exists():
        return [UNDER_WAY]
    return [*problems_of(timing, at), *pressing.problems(message, at)]


def _press(asked: Plan, at: datetime) -> None:
    """As whoever planned it, if they still may."""
    if not reach_of(asked.by, at=at).may_everywhere("send messages"):
        raise pressing.CannotPress(f"{asked.by.name} may not send messages any more.")
    pressing.press(asked.message, by=asked.by, at=at, timing=asked.timing)


def _record(kind: str, made: Plan, by: Member | None, at: datetime) -> None:
    about = ("master", made.message.master_id)
    journal.record(kind, made.organisation, at=at, by=by, about=about)
