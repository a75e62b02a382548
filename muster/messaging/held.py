"""What this room holds of a person, in words (DP-15)."""

from collections.abc import Iterable

from muster.messaging.journeys.rules import OUTCOMES
from muster.messaging.models import (
    Conversation,
    ConversationLine,
    Delivery,
    Opened,
    Rest,
    Return,
    Sending,
    Traveller,
)
from muster.organisations.models import Organisation
from muster.people.duplicates import merging
from muster.people.holding import Held, Row, register_held
from muster.people.models import Person


@register_held("messaging")
def held(organisation: Organisation, person_id: int) -> Iterable[Held]:
    """Every message meant for them, and how it ended."""
    sendings = Sending.objects.filter(organisation=organisation, is_rehearsal=False)
    by_id = {s.pk: s for s in sendings.select_related("message__master", "message__account")}
    person = Person.objects.get(organisation=organisation, pk=person_id)
    deliveries = Delivery.objects.filter(
        month__in={s.month for s in by_id.values()},
        sending_id__in=list(by_id),
        person_id__in=merging.numbers_of(person),
    )
    yield Held(
        "Messages",
        "To write to you as you allowed, and never twice.",
        [_delivery(d, by_id[d.sending_id]) for d in deliveries],
        shared_with="The mail server that carries our e-mail",
    )
    yield Held(
        "Messages that came back",
        "Not to write to addresses where nobody is.",
        [_return(r, by_id) for r in Return.objects.filter(person=person).order_by("at")],
    )
    yield Held(
        "What you opened",
        "You agreed that it is counted, to learn which e-mails are read.",
        [_opened(o, by_id) for o in Opened.objects.filter(person=person).order_by("id")],
    )
    yield Held(
        "What you wrote to us, and our answers",
        "To answer you.",
        _written(person),
        may_name_others=True,
    )
    yield Held(
        "What we do step by step after something you did",
        "To write to you at the right moment, and to stop when you answer.",
        [_travel(t) for t in _travels(person)],
    )
    yield Held(
        "When an address of yours rested",
        "Mail to it came back for days.",
        [
            {"Address": rest.point.value, "From": rest.began_at, "Until": rest.until}
            for rest in Rest.objects.filter(person=person).select_related("point")
        ],
    )


def _written(person: Person) -> list[Row]:
    conversations = Conversation.objects.filter(person=person)
    lines = ConversationLine.objects.filter(conversation__in=conversations)
    return [
        {
            "About": line.conversation.subject,
            "Who": "We" if line.is_ours else line.address,
            "When": line.at,
            "Words": line.text,
            "What stood beneath": line.quoted,
        }
        for line in lines.select_related("conversation").order_by("at")
    ]


def _opened(one: Opened, by_id: dict[int, Sending]) -> Row:
    sending = by_id.get(one.sending_id)
    return {
        "Message": sending.message.master.name if sending else "",
        "First by you": one.opened_at,
        "First by a machine on the way": one.machine_at,
    }


def _return(one: Return, by_id: dict[int, Sending]) -> Row:
    sending = by_id.get(one.sending_id or 0)
    return {
        "Message": sending.message.master.name if sending else "",
        "What": one.get_kind_display(),
        "Status": one.status,
        "Why": one.words,
        "When": one.at,
        "Heard from": one.source,
    }


def _travels(person: Person) -> list[Traveller]:
    found = Traveller.objects.filter(person=person).select_related("journey", "step")
    return list(found.prefetch_related("passages__step").order_by("entered_at"))


def _travel(traveller: Traveller) -> Row:
    """Their way on one journey, whole."""
    passed = sorted(traveller.passages.all(), key=lambda passage: (passage.at, passage.pk))
    return {
        "Called": traveller.journey.name,
        "Because": traveller.because,
        "Since": traveller.entered_at,
        "Now at": traveller.step.get_kind_display() if traveller.step else "",
        "Ended": traveller.ended_at,
        "How": traveller.get_ending_display(),
        "Steps": [
            f"{p.step.get_kind_display()}: {OUTCOMES.get(p.outcome, p.outcome)}, {p.at:%d.%m.%Y}"
            for p in passed
        ],
    }


def _delivery(delivery: Delivery, sending: Sending) -> Row:
    return {
        "Message": sending.message.master.name,
        "Laid out": sending.pressed_at,
        "From": sending.message.spoken.from_address,
        "How it ended": delivery.get_state_display(),
        "When": delivery.ended_at,
        "Why": delivery.reason,
        "Rule": delivery.rule,
    }
