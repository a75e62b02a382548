"""What the pages say of a message that goes with a launch, and of rehearsals: nothing happened."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from muster.messaging.models import Message
from muster.messaging.rehearsing import rehearse
from muster.organisations.models import Member
from muster.people.models import Person
from muster.places.scope import reach_of
from muster.web import people_timeline, today_standing
from tests.messaging.conftest import Mailbox, armed, gone, run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rehearsal_sink(settings: Any, mailbox: Mailbox) -> None:
    settings.REHEARSAL_SINK = f"127.0.0.1:{mailbox.port}"


def page(client: Client, message: Message) -> str:
    return client.get(reverse("messages:show", args=[message.pk])).content.decode()


def test_its_page_sends_whoever_would_press_to_the_launch(
    launched: Message, as_ada: Client, crowd: list[Person]
) -> None:
    told = as_ada.get(reverse("messages:press", args=[launched.pk])).content.decode()

    assert "goes with its launch" in told


def test_armed_its_page_stands_where_it_stood_until_it_goes(
    launched: Message, as_ada: Client, ada: Member, crowd: list[Person]
) -> None:
    sending = armed(launched, ada)
    assert "Approved by Ola Approves" in page(as_ada, launched)

    gone(sending, ada)

    assert "Sent by Ada Marsh" in page(as_ada, launched)


def test_a_rehearsed_message_is_still_a_draft_on_its_page_and_on_today(
    newsletter: Message, as_ada: Client, ada: Member, crowd: list[Person]
) -> None:
    run(rehearse(newsletter, by=ada, at=datetime.now(UTC)))
    reach = reach_of(ada, at=datetime.now(UTC))

    assert "Pressed" not in page(as_ada, newsletter)
    assert today_standing.running(ada, reach, at=datetime.now(UTC)) == []
    standing = today_standing.standing_of(ada, reach, at=datetime.now(UTC))
    assert (standing.running, standing.drafts) == (0, 1)


def test_a_launchs_message_is_told_of_by_its_launch_alone(
    launched: Message, ada: Member, crowd: list[Person]
) -> None:
    reach = reach_of(ada, at=datetime.now(UTC))
    assert today_standing.standing_of(ada, reach, at=datetime.now(UTC)).drafts == 0

    gone(armed(launched, ada), ada)

    assert today_standing.running(ada, reach, at=datetime.now(UTC)) == []


def test_a_persons_history_knows_no_rehearsal(
    launched: Message, ada: Member, crowd: list[Person]
) -> None:
    run(rehearse(launched, by=ada, at=datetime.now(UTC)))
    assert people_timeline.newest(crowd[0], "messages").moments == []

    gone(armed(launched, ada), ada)
    assert len(people_timeline.newest(crowd[0], "messages").moments) == 1
