"""What this room holds of a person, in words (DP-15)."""

from collections.abc import Iterable

from muster.messaging.models import Delivery, Sending
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
