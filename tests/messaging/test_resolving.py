"""A person looked into what was uncertain."""

import pytest
from django.test import Client
from django.urls import reverse

from muster.journal.models import Fact
from muster.messaging.models import Delivery, Message, SeatTally, Sending
from muster.messaging.progress import progress
from muster.messaging.resolving import resolve
from muster.organisations.models import Member
from muster.people.models import Person
from muster.places.models import Place
from tests.conftest import NOON
from tests.messaging.conftest import Mailbox, delivery_of, released

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture
def unsure(
    newsletter: Message, crowd: list[Person], ada: Member, stroud: Place, mailbox: Mailbox
) -> Sending:
    """A sending of which one delivery was never answered."""
    sending = released(newsletter, ada)
    Delivery.objects.filter(sending_id=sending.pk, person_id=crowd[0].pk).update(
        state=State.UNCERTAIN
    )
    tally = SeatTally.objects.filter(sending_id=sending.pk, place_id=stroud.pk, delivered__gt=0)
    was = tally.get()
    tally.update(delivered=was.delivered - 1, uncertain=1)
    Fact.objects.filter(kind="message delivered").delete()
    return sending


def test_it_arrived(unsure: Sending, crowd: list[Person], ada: Member, mailbox: Mailbox) -> None:
    sent = len(mailbox.mail())

    assert resolve(unsure, crowd[0].pk, arrived=True, by=ada, at=NOON)

    now = progress(unsure)
    assert (now.delivered, now.uncertain, now.waiting) == (len(crowd), 0, 0)
    assert delivery_of(unsure, crowd[0]).state == State.DELIVERED
    told = Fact.objects.get(kind="message delivered")
    assert (told.person_id, told.about_id) == (crowd[0].pk, unsure.pk)
    assert len(mailbox.mail()) == sent


def test_it_did_not_arrive_and_is_not_sent_again(
    unsure: Sending, crowd: list[Person], ada: Member, mailbox: Mailbox
) -> None:
    sent = len(mailbox.mail())

    resolve(unsure, crowd[0].pk, arrived=False, by=ada, at=NOON)

    now = progress(unsure)
    assert (now.delivered, now.failed, now.uncertain) == (len(crowd) - 1, 1, 0)
    assert delivery_of(unsure, crowd[0]).reason == "Somebody asked: it did not arrive."
    assert len(mailbox.mail()) == sent


def test_on_its_page_one_settles_what_is_uncertain(
    unsure: Sending, crowd: list[Person], as_ada: Client
) -> None:
    page = reverse("messages:show", args=[unsure.message_id])
    door = reverse("messages:resolve", args=[unsure.message_id, crowd[0].code])
    assert f'action="{door}"' in as_ada.get(page).content.decode()

    as_ada.post(door, {"arrived": "no"})

    assert f'action="{door}"' not in as_ada.get(page).content.decode()
    assert progress(unsure).failed == 1


def test_only_what_is_uncertain_is_resolved_and_only_once(
    unsure: Sending, crowd: list[Person], ada: Member
) -> None:
    assert not resolve(unsure, crowd[1].pk, arrived=False, by=ada, at=NOON)
    assert resolve(unsure, crowd[0].pk, arrived=True, by=ada, at=NOON)
    assert not resolve(unsure, crowd[0].pk, arrived=False, by=ada, at=NOON)

    now = progress(unsure)
    assert (now.delivered, now.failed, now.uncertain) == (len(crowd), 0, 0)
