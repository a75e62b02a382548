"""When an account takes nothing, another of the same domain takes what waits."""

from collections.abc import Iterator

import pytest
from django.test import Client

from muster.channels.models import EmailAccount
from muster.lib import ports
from muster.messaging import sending
from muster.messaging.models import Message, Sending
from muster.organisations.models import Member, Organisation
from muster.people.models import Person
from tests.messaging.conftest import Mailbox, delivery_of, released


@pytest.fixture(autouse=True)
def _nobody_is_away() -> Iterator[None]:
    sending._away.clear()
    yield
    sending._away.clear()


@pytest.fixture
def away(account: EmailAccount) -> EmailAccount:
    """The message's own account, which does not answer."""
    EmailAccount.objects.filter(pk=account.pk).update(port=ports.any_free())
    return account


@pytest.fixture
def second(party: Organisation, account: EmailAccount, mailbox: Mailbox) -> EmailAccount:
    """Another of theirs that answers."""
    return EmailAccount.objects.create(
        organisation=party,
        name="Second",
        host="127.0.0.1",
        port=mailbox.port,
        from_name="Fair Future",
        from_address="post@FairFuture.example.org",
        position=2,
    )


def test_what_waits_goes_through_the_next_in_the_first_ones_name(
    newsletter: Message,
    ada: Member,
    crowd: list[Person],
    mailbox: Mailbox,
    away: EmailAccount,
    second: EmailAccount,
) -> None:
    pressed = released(newsletter, ada)

    assert pressed.state == Sending.State.FINISHED
    assert len(mailbox.mail()) == len(crowd)
    assert "hello@fairfuture.example.org" in mailbox.raw(mailbox.to(crowd[0])[0])
    away.refresh_from_db()
    assert "No answer" in away.trouble


@pytest.mark.parametrize("change", [{"is_on": False}, {"from_address": "us@else.example.org"}])
def test_neither_one_turned_off_nor_one_of_another_domain_stands_in(
    newsletter: Message,
    ada: Member,
    crowd: list[Person],
    mailbox: Mailbox,
    away: EmailAccount,
    second: EmailAccount,
    change: dict[str, object],
) -> None:
    EmailAccount.objects.filter(pk=second.pk).update(**change)

    pressed = released(newsletter, ada)

    assert (pressed.state, mailbox.mail()) == (Sending.State.RELEASING, [])
    assert delivery_of(pressed, crowd[0]).attempts == 0


def test_the_settings_say_which_takes_nothing_and_turn_it_off(
    as_ada: Client, ada: Member, away: EmailAccount, second: EmailAccount
) -> None:
    EmailAccount.objects.filter(pk=away.pk).update(trouble="No answer")
    page = as_ada.get("/settings/email/").content.decode()
    assert "Takes nothing" in page

    as_ada.post(f"/settings/email/{away.pk}/turn")
    as_ada.post(f"/settings/email/{second.pk}/up")

    assert list(EmailAccount.objects.order_by("position").values_list("name", "is_on")) == [
        ("Second", True),
        ("Campaign", False),
    ]
