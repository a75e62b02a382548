"""What a team does with a conversation: assign it, close it, open it again, say whose it is."""

from datetime import datetime

from django.db import transaction

from muster.journal import journal
from muster.messaging import facts
from muster.messaging.inbox import receiving
from muster.messaging.inbox.models import Conversation
from muster.organisations.models import Member
from muster.people import placing
from muster.people.models import Person
from muster.places.scope import reach_of

PERMISSION = "answer inbox"


class CannotAssign(Exception):
    """Why somebody cannot see to a conversation."""


def assign(conversation: Conversation, to: Member | None, *, by: Member, at: datetime) -> None:
    """Somebody who may answer there sees to it; None: nobody yet. Twice is once.

    Raises `CannotAssign`.
    """
    if to is not None and not may_answer(to, conversation, at=at):
        raise CannotAssign(f"{to.name} may not answer people there.")
    with transaction.atomic():
        held = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
        if held.assigned_to_id != (to.pk if to else None):
            held.assigned_to = to
            held.save(update_fields=["assigned_to"])
            _note(facts.CONVERSATION_ASSIGNED, conversation, by, at)


def may_answer(member: Member, conversation: Conversation, *, at: datetime) -> bool:
    """Are they of this organisation, still, and does their reach hold it?"""
    if member.organisation_id != conversation.organisation_id or member.ended_at is not None:
        return False
    return reach_of(member, at=at).may_in(PERMISSION, conversation.seat_id)


def answerers(conversation: Conversation, *, at: datetime) -> list[Member]:
    """Everyone who may answer there, by name."""
    members = Member.objects.filter(organisation=conversation.organisation_id, ended_at=None)
    return [one for one in members.order_by("name") if may_answer(one, conversation, at=at)]


def close(conversation: Conversation, *, by: Member, at: datetime) -> None:
    """Nothing is left to do, until they write again. Twice is once."""
    with transaction.atomic():
        open_ones = Conversation.objects.filter(pk=conversation.pk, closed_at=None)
        if open_ones.update(closed_at=at, closed_by=by):
            _note(facts.CONVERSATION_CLOSED, conversation, by, at)


def reopen(conversation: Conversation, *, by: Member, at: datetime) -> None:
    with transaction.atomic():
        closed = Conversation.objects.filter(pk=conversation.pk, closed_at__isnull=False)
        if closed.update(closed_at=None, closed_by=None):
            _note(facts.CONVERSATION_REOPENED, conversation, by, at)


def tie(conversation: Conversation, person: Person, *, by: Member, at: datetime) -> None:
    """An unknown sender is this person. Their addresses stay as they are."""
    with transaction.atomic():
        unknown = Conversation.objects.filter(pk=conversation.pk, person=None)
        if unknown.update(person=person, seat=person.seat_id):
            conversation.person, conversation.seat = person, person.seat
            _note(facts.WROTE, conversation, by, at)
            if conversation.stopped_at is not None:
                receiving.stop(conversation, at=at, by=by)


def stop(conversation: Conversation, *, by: Member, at: datetime) -> None:
    """They want no more e-mail, as `by` reads it. Twice is once."""
    with transaction.atomic():
        locked = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
        if locked.stopped_at is None:
            receiving.stop(locked, at=at, by=by)


def keep_writing(conversation: Conversation) -> None:
    """They did not mean that: the question goes away."""
    Conversation.objects.filter(pk=conversation.pk).update(asks_to_stop=False)


@placing.on_move
def follow(person: Person, at: datetime) -> None:
    """Conversations move with the person, to whoever answers in the new seat."""
    Conversation.objects.filter(person=person).update(seat=person.seat_id)


def _note(fact: str, conversation: Conversation, by: Member, at: datetime) -> None:
    journal.record(
        fact,
        conversation.organisation,
        at=at,
        person_id=conversation.person_id,
        place_id=conversation.seat_id,
        by=by,
        about=("conversation", conversation.pk),
    )
