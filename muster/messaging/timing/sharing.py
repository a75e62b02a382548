"""A share first: the rest waits until somebody lets it go, or its hour comes, unless stopped."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from muster.content import approving
from muster.journal import journal
from muster.messaging import chunks, facts
from muster.messaging.models import Delivery, Sending
from muster.messaging.queueing import queue
from muster.messaging.timing.turns import NOT_YET, spread
from muster.organisations.models import Member
from muster.organisations.scoping import acting_for

State = Sending.State
BY_ITSELF = "messaging.rest_by_itself"
BEGIN = "messaging.begin_rest"
NOT_LAID_OUT = "It is still being laid out: press again in a moment."
IS_STOPPED = "It is stopped: let it go on first."
RAN_OUT = "Its approval has run out: ask someone else to approve it again."

# A stretch of chunks at a time; `before` have had their turn given already.
GIVE_TURNS = f"""
UPDATE messaging_delivery d SET due_at = {spread("turns.n", "%(people)s")}
  FROM (SELECT person_id, %(before)s + row_number() OVER (ORDER BY chunk, turn) - 1 AS n
          FROM messaging_delivery
         WHERE month = %(month)s AND sending_id = %(sending)s AND state = 0
           AND chunk >= %(first)s AND chunk < %(end)s AND due_at = %(not_yet)s) AS turns
 WHERE d.month = %(month)s AND d.sending_id = %(sending)s AND d.person_id = turns.person_id
   AND d.state = 0 AND d.due_at = %(not_yet)s
RETURNING d.chunk
"""


class CannotLetGo(Exception):
    """Why the rest may not go now; nothing was changed."""


def due_at(sending: Sending, at: datetime) -> datetime | None:
    """When its rest goes by itself."""
    if sending.rest_after_s is None or not sending.rest_waits:
        return None
    return at + timedelta(seconds=sending.rest_after_s)


def rest_later(sending: Sending, at: datetime) -> None:
    """Have a job let the rest go at its hour."""
    if sending.rest_due_at is not None:
        job = queue().configure_task(BY_ITSELF, queue=chunks.QUEUE, schedule_at=sending.rest_due_at)
        job.defer(sending=sending.pk)


def let_rest_go(sending: Sending, *, by: Member | None, at: datetime) -> Sending:
    """Send to the rest too. Twice is once. Raises `CannotLetGo`."""
    with transaction.atomic():
        sending = Sending.objects.select_for_update(no_key=True).get(pk=sending.pk)
        if not sending.rest_waits or sending.state == State.FINISHED:
            return sending
        if problem := _problem(sending, at):
            raise CannotLetGo(problem)
        sending.rest_at, sending.rest_by, sending.rest_due_at = at, by, None
        sending.save(update_fields=["rest_at", "rest_by", "rest_due_at"])
        about = ("sending", sending.pk)
        journal.record(facts.REST_LET_GO, sending.organisation, at=at, by=by, about=about)
        queue().configure_task(BEGIN, queue=chunks.QUEUE).defer(sending=sending.pk)
    return sending


def hold_rest(sending: Sending) -> None:
    """Let the rest not go by itself any more: a person presses. Twice is once."""
    Sending.objects.filter(pk=sending.pk, rest_at=None).update(rest_due_at=None)


def by_itself(sending_id: int, at: datetime) -> None:
    """The hour of the rest has come. Stopped, or not approved any more: a person decides."""
    sending = Sending.objects.select_related("organisation").get(pk=sending_id)
    if sending.rest_due_at is None or sending.rest_due_at > at:
        return
    try:
        let_rest_go(sending, by=None, at=at)
    except CannotLetGo:
        hold_rest(sending)


def overdue(at: datetime) -> None:
    """Let go what a lost job was to."""
    due = Sending.objects.filter(state=State.RELEASING, rest_at=None, rest_due_at__lte=at)
    for pk, organisation_id in due.values_list("pk", "organisation_id"):
        with acting_for(organisation_id):
            by_itself(pk, at)


def give_turns(sending_id: int, at: datetime) -> None:
    """Make the rest due, evenly over its spread, and queue it. Safe to run again."""
    sending = Sending.objects.get(pk=sending_id)
    if sending.rest_at is None:
        return
    asked: dict[str, Any] = {
        "month": sending.month,
        "sending": sending_id,
        "at": sending.rest_at,
        "spread": sending.spread_s,
        "people": _rest_of(sending),
        "not_yet": NOT_YET,
        "before": 0,
    }
    with connection.cursor() as cursor:
        for first in chunks.stretches(sending):
            cursor.execute(GIVE_TURNS, asked | {"first": first, "end": first + chunks.AT_ONCE})
            found = [int(row[0]) for row in cursor.fetchall()]
            asked["before"] += len(found)
            if sending.state == State.RELEASING:
                chunks.queue_chunks(sending_id, sorted(set(found)))
    Sending.objects.filter(pk=sending_id).update(rest_queued_at=at)


def _problem(sending: Sending, at: datetime) -> str:
    if sending.state == State.LAYING_OUT:
        return NOT_LAID_OUT
    if sending.state != State.RELEASING:
        return IS_STOPPED
    return "" if approving.approval_in_force(sending.message.master, at) else RAN_OUT


def _rest_of(sending: Sending) -> int:
    rows = Delivery.objects.filter(month=sending.month, sending_id=sending.pk, state=0)
    return rows.filter(due_at=NOT_YET).count()
