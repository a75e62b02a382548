"""What a sending came to, seat by seat, and what it brought."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum

from muster.actions.models import Action, SourceCode
from muster.messaging.models import Delivery, ReasonTally, Return, Sending
from muster.messaging.progress import Progress
from muster.people.models import Person
from muster.places.models import Place

State = Delivery.State
Seats = Collection[int] | None


@dataclass(frozen=True)
class SeatNumbers:
    """How the messages of one seat ended. All but `sign_ups` add up to `audience`."""

    place_id: int
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
    """Why some got nothing, in words."""

    words: str
    people: int
    rule: str = ""


def by_seat(sending: Sending, stands: Progress, seats: Seats = None) -> list[SeatNumbers]:
    """Numbers of each seat by name; `seats` (ids) narrows them, None is everywhere."""
    brought = sign_ups(sending, seats)
    known = Q(code__in=list(stands.seats)) | Q(pk__in=list(brought))
    narrow = Q() if seats is None else Q(pk__in=seats)
    places = Place.objects.filter(known, narrow).only("code", "name").order_by("name")
    return [_numbers(place, stands, brought.get(place.pk, 0)) for place in places]


def nobody_in(place: Place) -> SeatNumbers:
    """A seat where nobody was laid out, or not yet."""
    return SeatNumbers(place.pk, place.code, place.name, 0, 0, 0, 0, 0, 0, 0)


def _numbers(place: Place, stands: Progress, brought: int) -> SeatNumbers:
    seat = stands.seats.get(place.code)
    return SeatNumbers(
        place_id=place.pk,
        code=place.code,
        name=place.name,
        audience=seat.total if seat else 0,
        delivered=seat.delivered if seat else 0,
        failed=seat.failed if seat else 0,
        left_out=seat.left_out if seat else 0,
        uncertain=seat.uncertain if seat else 0,
        waiting=seat.total - seat.done if seat else 0,
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
    actions = Action.objects.filter(
        organisation=sending.organisation_id, source__in=list(places)
    ).values_list("source")
    found: dict[int, int] = {}
    for source, people in actions.annotate(people=Count("id")).order_by():
        place_id = places[source] or 0
        found[place_id] = found.get(place_id, 0) + people
    return found


def reasons(sending: Sending, state: Delivery.State, seats: Seats = None) -> list[Reason]:
    """Why people were left out, or mail failed; the commonest first."""
    rows = _deliveries(sending, seats).filter(state=state).values_list("reason")
    counted = rows.annotate(people=Count("person_id")).order_by("-people", "reason")
    return [Reason(words, people) for words, people in counted]


def next_look(sending: Sending) -> datetime | None:
    """When the next of those who were put off are tried again."""
    asked = {"sending": sending.pk}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(scheduled_at) FROM procrastinate_jobs"
            " WHERE task_name = 'messaging.deliver' AND status = 'todo'"
            " AND (args->>'sending')::bigint = %(sending)s",
            asked,
        )
        found: datetime | None = cursor.fetchone()[0]
    return found


def left_out(sending: Sending, limit: int = 40) -> list[Reason]:
    """Why people of all seats were left out, with the rule that decided; the commonest first."""
    rows = ReasonTally.objects.filter(sending_id=sending.pk).values_list("reason", "rule")
    counted = rows.annotate(people=Sum("people")).order_by("-people", "reason")[:limit]
    return [Reason(words, people, rule) for words, rule, people in counted]


def uncertain(sending: Sending, seats: Seats = None, limit: int = 100) -> list[Person]:
    """The people whose message may or may not have gone: for a person to look into."""
    rows = _deliveries(sending, seats).filter(state=State.UNCERTAIN)
    ids = list(rows.order_by("person_id").values_list("person_id", flat=True)[:limit])
    return list(Person.objects.filter(pk__in=ids).select_related("seat").order_by("id"))


def _deliveries(sending: Sending, seats: Seats) -> QuerySet[Delivery]:
    within = _within(seats)
    return Delivery.objects.filter(within, month=sending.month, sending_id=sending.pk).order_by()


def _within(seats: Seats) -> Q:
    return Q() if seats is None else Q(place_id__in=seats)


def came_back(sending: Sending, seats: frozenset[int]) -> int:
    """How many of those delivered in these seats came back later."""
    returned = Return.objects.filter(sending=sending, was_delivered=True)
    return returned.filter(person__seat__in=seats).count()
