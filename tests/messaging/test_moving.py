"""People who moved between the laying out and their turn."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection

from muster.messaging import arming, holding, progress
from muster.messaging.models import Delivery, Message, Sending
from muster.messaging.standing import SeatNow, seats_of
from muster.organisations.models import Member, Organisation
from muster.people.models import Person
from muster.places.models import Place
from tests.conftest import NOON, supporter
from tests.messaging.conftest import Mailbox, armed, delivery_of, finish, gone

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture
def launched(newsletter: Message) -> Message:
    newsletter.goes_with_launch = True
    newsletter.save(update_fields=["goes_with_launch"])
    return newsletter


@pytest.fixture
def sending(launched: Message, ada: Member, crowd: list[Person]) -> Sending:
    return armed(launched, ada)


def move(person: Person, seat: Place | None) -> None:
    person.seat = seat
    person.save(update_fields=["seat"])


def counts(sending: Sending, place: Place) -> SeatNow:
    return seats_of(sending)[place.pk]


def adds_up(sending: Sending) -> bool:
    now = progress.progress(sending)
    seats = seats_of(sending).values()
    return (
        now.done + now.waiting == now.audience == sum(seat.total for seat in seats)
        and sum(seat.delivered for seat in seats) == now.delivered
    )


def test_who_moved_to_another_of_the_seats_gets_that_seats_message_and_counts_there(
    sending: Sending,
    ada: Member,
    crowd: list[Person],
    mailbox: Mailbox,
    stroud: Place,
    neath: Place,
) -> None:
    move(crowd[0], neath)

    done = gone(sending, ada)

    assert [kept.seat for kept in mailbox.to(crowd[0])] == [neath.code]
    assert delivery_of(done, crowd[0]).place_id == neath.pk
    assert (counts(done, stroud).total, counts(done, neath).total) == (3, 5)
    assert (counts(done, stroud).delivered, counts(done, neath).delivered) == (3, 5)
    assert done.state == Sending.State.FINISHED
    assert adds_up(done)


@pytest.mark.parametrize("where", ["elsewhere", "nowhere"])
def test_who_moved_out_of_these_seats_is_left_out_with_the_reason(
    sending: Sending, ada: Member, crowd: list[Person], mailbox: Mailbox, where: str
) -> None:
    far = Place.objects.create(code="S1", kind="seat", name="Far away", slug="far-away")
    move(crowd[0], far if where == "elsewhere" else None)

    done = gone(sending, ada)

    left = delivery_of(done, crowd[0])
    assert (left.state, left.reason) == (State.LEFT_OUT, "Moved out of these seats.")
    assert mailbox.to(crowd[0]) == []
    assert progress.progress(done).left_out == {"Moved out of these seats.": 1}
    assert adds_up(done)


def test_who_moved_to_a_held_seat_waits_there_and_goes_with_it(
    sending: Sending,
    ada: Member,
    crowd: list[Person],
    mailbox: Mailbox,
    stroud: Place,
    neath: Place,
) -> None:
    move(crowd[0], neath)

    held = gone(sending, ada, held=[neath.pk])

    waiting = delivery_of(held, crowd[0])
    assert (waiting.state, waiting.place_id, waiting.attempts) == (State.WAITING, neath.pk, 0)
    assert (counts(held, stroud).total, counts(held, neath).waiting) == (3, 5)
    holding.let_go(held, [neath.pk], by=ada, at=NOON)
    done = finish(held)
    assert len(mailbox.to(crowd[0])) == 1
    assert done.state == Sending.State.FINISHED
    assert adds_up(done)


def test_who_moved_from_a_held_seat_waits_as_long_as_it_is_held(
    sending: Sending,
    ada: Member,
    crowd: list[Person],
    mailbox: Mailbox,
    stroud: Place,
    neath: Place,
) -> None:
    move(crowd[0], neath)

    held = gone(sending, ada, held=[stroud.pk])

    assert mailbox.to(crowd[0]) == []
    holding.let_go(held, [stroud.pk], by=ada, at=NOON)
    done = finish(held)
    assert [kept.seat for kept in mailbox.to(crowd[0])] == [neath.code]
    assert adds_up(done)


def test_two_who_changed_places_and_one_who_may_not_be_asked_still_add_up(
    sending: Sending,
    ada: Member,
    crowd: list[Person],
    party: Organisation,
    stroud: Place,
    neath: Place,
) -> None:
    move(crowd[0], neath)
    move(crowd[4], stroud)
    crowd[5].contact_points.all().delete()
    move(crowd[5], stroud)

    done = gone(sending, ada)

    assert (counts(done, stroud).total, counts(done, neath).total) == (5, 3)
    assert (counts(done, stroud).delivered, counts(done, stroud).left_out) == (4, 1)
    assert adds_up(done)


def test_nobodys_laid_out_total_is_rewritten_while_lanes_count(
    sending: Sending, ada: Member, crowd: list[Person], neath: Place
) -> None:
    """Lanes add what moved to slots of their own: the laid out totals would be a queue for all."""
    before = laid_out_totals(sending)
    move(crowd[0], neath)

    gone(sending, ada)

    assert laid_out_totals(sending) == before


def laid_out_totals(sending: Sending) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT place_id, total FROM messaging_seattally WHERE sending_id = %s AND slot = 0"
            " ORDER BY place_id",
            [sending.pk],
        )
        found: list[tuple[int, int]] = cursor.fetchall()
    return found


def test_who_joined_and_moved_before_go_is_added_where_they_are(
    sending: Sending,
    ada: Member,
    party: Organisation,
    stroud: Place,
    neath: Place,
    agree: Callable[[Person], Person],
    mailbox: Mailbox,
) -> None:
    late = agree(supporter(party, "Eve", "late", stroud))
    arming.go(sending, by=ada, at=datetime.now(UTC))
    move(late, neath)

    done = gone(sending, ada)

    assert [kept.seat for kept in mailbox.to(late)] == [neath.code]
    assert adds_up(done)
