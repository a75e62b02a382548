"""Leaving the rest out: a sending ended for good, with the reason for it. Nobody is forgotten:
whoever still waited is counted as left out."""

from datetime import datetime

from django.db import transaction

from muster.journal import journal
from muster.messaging import chunks, facts
from muster.messaging.leaving_out import leave_out_later
from muster.messaging.models import Sending
from muster.messaging.sights import tell_senders
from muster.organisations.models import Member

State = Sending.State
LONGEST = 180


class CannotGiveUp(Exception):
    """Why the rest may not be left out; nothing was changed."""


def give_up(sending: Sending, why: str, *, by: Member, at: datetime) -> Sending:
    """Hand nothing more over, within a second, and leave out whoever still waits.

    What was already handed over stays so. Twice is once. Raises `CannotGiveUp`.
    """
    why = " ".join(why.split())
    if not why:
        raise CannotGiveUp("Say why: it stands in the report beside their number.")
    if len(why) > LONGEST:
        raise CannotGiveUp(f"Say why in {LONGEST} letters at most.")
    with transaction.atomic():
        sending = Sending.objects.select_for_update(no_key=True).get(pk=sending.pk)
        if sending.given_up_at is not None or sending.state == State.FINISHED:
            return sending
        if sending.state not in (State.RELEASING, State.STOPPED):
            raise CannotGiveUp("It is still being laid out: press again in a moment.")
        sending.given_up_at, sending.given_up_by = at, by
        sending.given_up_why = why
        # The ends come by the ordinary ways, which a stopped one does not go.
        sending.state, sending.stopped_at, sending.stopped_by = State.RELEASING, None, None
        sending.rest_due_at = None
        sending.save()
        about = ("sending", sending.pk)
        journal.record(facts.SENDING_GIVEN_UP, sending.organisation, at=at, by=by, about=about)
        tell_senders(sending.pk)
        leave_out_later(sending)
        chunks.queue_again(sending.pk)
    return sending
