"""Whom something that came back is about: by the code of a delivery, or by a vouched address."""

from collections.abc import Iterable
from dataclasses import dataclass

from muster.messaging.models import Delivery, Sending
from muster.messaging.returns.addresses import token_of
from muster.messaging.unsubscribing import BadToken, ids_in
from muster.organisations.models import Organisation
from muster.people.contacts import NotAnEmail, normal_email
from muster.people.duplicates import merging
from muster.people.models import ContactPoint, Person


@dataclass(frozen=True, slots=True)
class About:
    """A person, and the sending and the end of its delivery, where a code named one."""

    person: Person
    sending: Sending | None = None
    state: Delivery.State | None = None


def by_codes(organisation: Organisation, codes: Iterable[str]) -> About | None:
    """The first of these words that is the code of a delivery of theirs; rehearsals are nobody's.

    Codes are sealed: nobody but who had the message can name its delivery.
    """
    for code in codes:
        try:
            sending_id, person_id = ids_in(token_of(code))
        except BadToken:
            continue
        if about := _delivery(organisation, sending_id, person_id):
            return about
    return None


def by_address(organisation: Organisation, typed: str) -> About | None:
    """Whoever has this e-mail address."""
    try:
        value = normal_email(typed)
    except NotAnEmail:
        return None
    point = (
        ContactPoint.objects.filter(organisation=organisation, kind="email", value=value)
        .select_related("person")
        .first()
    )
    return About(point.person) if point else None


def point_of(person: Person, addresses: Iterable[str]) -> ContactPoint | None:
    """The address of theirs that failed: the one named, else the one mail to them goes to."""
    points = list(ContactPoint.objects.filter(person=person, kind="email").order_by("id"))
    named = {address.strip().lower() for address in addresses}
    for point in points:
        if point.value in named:
            return point
    by_use = sorted(points, key=lambda point: point.state != ContactPoint.State.GOOD)
    return next(iter(by_use), None)


def _delivery(organisation: Organisation, sending_id: int, person_id: int) -> About | None:
    sending = Sending.objects.filter(
        pk=sending_id, organisation=organisation, is_rehearsal=False
    ).first()
    if sending is None:
        return None
    current = merging.current_id(organisation.pk, person_id)
    person = Person.objects.filter(organisation=organisation, pk=current).first()
    if person is None:
        return None
    rows = Delivery.objects.filter(
        month=sending.month, sending_id=sending_id, person_id__in=merging.numbers_of(person)
    )
    states = list(rows.values_list("state", flat=True))
    return About(person, sending, Delivery.State(states[0])) if states else None
