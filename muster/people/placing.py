"""Where people live: by their postcode, or as they said."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from muster.journal import journal
from muster.organisations.models import Member
from muster.organisations.scoping import whole_organisation
from muster.people import counting, facts, filing
from muster.people.models import Person
from muster.places.models import Place

Follow = Callable[[Person, datetime], None]
_following: list[Follow] = []


def on_move(moves: Follow) -> Follow:
    """An upper room tells what moves along with a person, in the same transaction."""
    if moves not in _following:
        _following.append(moves)
    return moves


def follow(person: Person, at: datetime) -> None:
    """Let everything that goes with a person go where they live now."""
    for each in _following:
        each(person, at)


class NotASeat(Exception):
    """The place chosen is no seat."""


def say_seat(person: Person, seat: Place | None, *, by: Member, at: datetime) -> None:
    """Someone says which seat they live in (None: not known after all).

    Raises `NotASeat`.
    """
    if seat is not None and seat.kind != Place.Kind.SEAT:
        raise NotASeat("Choose a seat.")
    how = Person.SeatHow.SAID if seat else Person.SeatHow.UNKNOWN
    settle(person, seat.pk if seat else None, how, None, by=by, at=at)


def settle(
    person: Person,
    seat_id: int | None,
    how: str,
    ward_id: int | None,
    *,
    by: Member | None,
    at: datetime,
) -> None:
    """Write where someone lives, with all that moves along. `how`: see `Person.SeatHow`."""
    with whole_organisation(), transaction.atomic():
        person.seat_id, person.seat_how, person.ward_id = seat_id, how, ward_id
        person.save(update_fields=["seat", "seat_how", "ward"])
        filing.file(person)
        counting.forget(person.organisation_id)
        follow(person, at)
        journal.record(
            facts.PERSON_PLACED,
            person.organisation,
            at=at,
            person_id=person.pk,
            place_id=person.seat_id,
            by=by,
            how=person.seat_how,
        )
