"""What a sending came to, seat by seat, and what it brought."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from muster.actions.models import Action, SourceCode
from muster.messaging.models import Delivery, Sending
from muster.people.models import Person
from muster.places.models import Place

State = Delivery.State
Seats = Collection[int] | None


@dataclass(frozen=True)
class SeatNumbers:
    """How the messages of one seat ended. All but `sign_ups` add up to `audience`."""

    code: str
    name: str
    audience: int
    delivered: int
    failed: int
    left_out: int
    uncertain: int
    waiting: int
    sign_ups: int


@dataclass(frozen=True)
class Reason:
    """Why some got nothing: in words, with the rule that decided (empty: the mail server did)."""

    words: str
    rule: str
    people: int


def by_seat(sending: Sending, seats: Seats = None) -> list[SeatNumbers]:
    """Numbers of each seat by name; `seats` (ids) narrows them, None is everywhere."""
    counts: dict[int, dict[int, int]] = {}
    rows = _deliveries(sending, seats).values_list("place_id", "state")
    for place_id, state, people in rows.annotate(people=Count("person_id")):
        counts.setdefault(place_id, {})[state] = people
    brought = sign_ups(sending, seats)
    places = Place.objects.filter(pk__in=[*counts, *brought]).order_by("name")
    return [_numbers(place, counts.get(place.pk, {}), brought.get(place.pk, 0)) for place in places]


def _numbers(place: Place, states: dict[int, int], brought: int) -> SeatNumbers:
    return SeatNumbers(
        code=place.code,
        name=place.name,
        audience=sum(states.values()),
        delivered=states.get(State.DELIVERED, 0),
        failed=states.get(State.FAILED, 0),
        left_out=states.get(State.LEFT_OUT, 0),
        uncertain=states.get(State.UNCERTAIN, 0),
        waiting=states.get(State.WAITING, 0) + states.get(State.CLAIMED, 0),
        sign_ups=brought,
    )


def sign_ups(sending: Sending, seats: Seats = None) -> dict[int, int]:
    """How many signed up through its links, by the seat whose link it was."""
    codes = SourceCode.objects.filter(
        _within(seats),
        organisation=sending.organisation_id,
        about_kind="sending",
        about_id=sending.pk,
        place__isnull=False,
    )
    places = dict(codes.values_list("code", "place_id"))
    found: dict[int, int] = {}
    actions = Action.objects.filter(
        organisation=sending.organisation_id, source__in=list(places)
    ).values_list("source")
    for source, people in actions.annotate(people=Count("id")):
        place_id = places[source]
        assert place_id is not None
        found[place_id] = found.get(place_id, 0) + people
    return found


def reasons(sending: Sending, state: Delivery.State, seats: Seats = None) -> list[Reason]:
    """Why people were left out, or mail failed; the commonest first."""
    rows = _deliveries(sending, seats).filter(state=state).values_list("reason", "rule")
    counted = rows.annotate(people=Count("person_id")).order_by("-people", "reason")
    return [Reason(words, rule, people) for words, rule, people in counted]


def uncertain(sending: Sending, seats: Seats = None, limit: int = 100) -> list[Person]:
    """The people whose message may or may not have gone: for a person to look into."""
    rows = _deliveries(sending, seats).filter(state=State.UNCERTAIN)
    ids = list(rows.order_by("person_id").values_list("person_id", flat=True)[:limit])
    return list(Person.objects.filter(pk__in=ids).select_related("seat").order_by("id"))


def _deliveries(sending: Sending, seats: Seats) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        _within(seats), month=sending.month, sending_id=sending.pk
    ).order_by()


def _within(seats: Seats) -> Q:
    return Q() if seats is None else Q(place_id__in=seats)
