"""What a team does with a conversation: assign it, close it, open it again, say whose it is."""

from datetime import datetime

from django.db import transaction

from muster.journal import journal
from muster.messaging import facts
from muster.messaging.inbox import receiving
from muster.messaging.inbox.models import Conversation
from muster.organisations.models import Member
from muster.people.models import Person


def assign(conversation: Conversation, to: Member | None, *, by: Member, at: datetime) -> None:
    """Somebody sees to it; None: nobody yet. Twice is once."""
    with transaction.atomic():
        changed = Conversation.objects.filter(pk=conversation.pk).exclude(assigned_to=to)
        if to is None:
            changed = Conversation.objects.filter(pk=conversation.pk, assigned_to__isnull=False)
        elif conversation.assigned_to_id is None:
            changed = Conversation.objects.filter(pk=conversation.pk, assigned_to=None)
        if changed.update(assigned_to=to):
            _note(facts.CONVERSATION_ASSIGNED, conversation, by, at)


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


def stop(conversation: Conversation, *, by: Member, at: datetime) -> None:
    """They want no more e-mail, as `by` reads it. Twice is once."""
    with transaction.atomic():
        locked = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
        if locked.person is not None and locked.stopped_at is None:
            receiving.stop(locked, at=at, by=by)


def keep_writing(conversation: Conversation) -> None:
    """They did not mean that: the question goes away."""
    Conversation.objects.filter(pk=conversation.pk).update(asks_to_stop=False)


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
