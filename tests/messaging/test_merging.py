"""Deliveries of two people who become one."""

import pytest

from muster.messaging.models import Delivery, Message
from muster.messaging.unsubscribing import token_for, unsubscribe
from muster.organisations.models import Member
from muster.people import consenting, suppressing
from muster.people.duplicates import merging, unmerging
from muster.people.models import Person
from tests.conftest import NOON
from tests.messaging.conftest import released

pytestmark = pytest.mark.django_db


@pytest.fixture
def sending_id(newsletter: Message, ada: Member, crowd: list[Person]) -> int:
    """Released and, as if no sender had come yet, all waiting."""
    sending = released(newsletter, ada)
    Delivery.objects.filter(sending_id=sending.pk).update(state=Delivery.State.WAITING)
    return sending.pk


def state_of(person_id: int) -> int | None:
    found = Delivery.objects.filter(person_id=person_id)
    return found.values_list("state", flat=True).first()


def test_who_was_served_and_who_still_waits_are_not_served_twice(
    sending_id: int, crowd: list[Person], ada: Member
) -> None:
    kept, gone = crowd[:2]
    Delivery.objects.filter(person_id=gone.pk).update(state=Delivery.State.DELIVERED)

    merged = merging.merge(kept, gone, by=ada, at=NOON)
    assert state_of(kept.pk) == Delivery.State.DELIVERED
    assert state_of(gone.pk) == Delivery.State.WAITING  # nobody any more: it will be left out

    unmerging.undo(merged, by=ada, at=NOON)
    assert state_of(kept.pk) == Delivery.State.WAITING
    assert state_of(gone.pk) == Delivery.State.DELIVERED


def test_a_delivery_follows_where_the_other_had_none(
    sending_id: int, crowd: list[Person], cleo: Person, ada: Member
) -> None:
    merged = merging.merge(cleo, crowd[0], by=ada, at=NOON)
    assert state_of(cleo.pk) == Delivery.State.WAITING

    unmerging.undo(merged, by=ada, at=NOON)
    assert state_of(cleo.pk) is None
    assert state_of(crowd[0].pk) == Delivery.State.WAITING


def test_what_a_sender_holds_stays_under_its_number(
    sending_id: int, crowd: list[Person], cleo: Person, ada: Member
) -> None:
    Delivery.objects.filter(person_id=crowd[0].pk).update(state=Delivery.State.CLAIMED)

    merging.merge(cleo, crowd[0], by=ada, at=NOON)

    assert state_of(crowd[0].pk) == Delivery.State.CLAIMED
    assert merging.numbers_of(cleo) == [cleo.pk, crowd[0].pk]


def test_an_old_link_stops_mail_to_the_one_kept(
    sending_id: int, crowd: list[Person], cleo: Person, ada: Member
) -> None:
    gone_id = crowd[0].pk
    merging.merge(cleo, crowd[0], by=ada, at=NOON)

    unsubscribe(token_for(sending_id, gone_id), NOON)

    assert not consenting.standing(cleo)["email"].is_given
    assert "email" in suppressing.suppressed_channels(cleo)
