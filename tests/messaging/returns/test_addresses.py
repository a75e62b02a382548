"""Every delivery has addresses of its own to come back to."""

import re

import pytest

from muster.channels.models import EmailAccount
from muster.messaging.models import Message
from muster.messaging.returns.addresses import returning_code, token_of
from muster.messaging.unsubscribing import ids_in, token_for
from muster.organisations.models import Member
from muster.people.models import Person
from tests.messaging.conftest import Mailbox, released

pytestmark = pytest.mark.django_db


def test_each_delivery_is_sent_from_and_answered_to_an_address_of_its_own(
    newsletter: Message,
    account: EmailAccount,
    ada: Member,
    crowd: list[Person],
    mailbox: Mailbox,
) -> None:
    EmailAccount.objects.filter(pk=account.pk).update(return_domain="back.example.org")

    sending = released(Message.objects.get(pk=newsletter.pk), ada)

    for person in crowd:
        (kept,) = mailbox.to(person)
        code = returning_code(token_for(sending.pk, person.pk))
        raw = mailbox.raw(kept)
        assert mailbox.sender_to(person) == f"bounces+{code}@back.example.org"
        assert re.findall(r"^Reply-To: (\S+)", raw, re.M) == [f"reply+{code}@back.example.org"]
        assert ids_in(token_of(code.upper())) == (sending.pk, person.pk)
        assert max(len(part) for part in (f"bounces+{code}", f"reply+{code}")) <= 64


def test_without_a_return_domain_all_come_back_to_the_address_they_are_from(
    newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    released(newsletter, ada)

    assert {mailbox.sender_to(person) for person in crowd} == {"hello@fairfuture.example.org"}
    assert all("Reply-To" not in mailbox.raw(kept) for kept in mailbox.mail())
