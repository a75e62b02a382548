"""Keys that sign e-mail: made, published, used, ended."""

from datetime import UTC, datetime
from typing import Any

import dkim as dkimpy
import pytest
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.test import Client

from muster.channels import posting, signing
from muster.channels.models import EmailAccount, SigningKey
from muster.journal.models import Fact
from muster.messaging import laying_out, letters, pressing, sending
from muster.messaging.models import Message
from muster.organisations.models import Member
from muster.people.models import Person
from tests.conftest import MORNING, NOON
from tests.messaging.conftest import Mailbox, finish, released

pytestmark = pytest.mark.django_db
DOMAIN = "fairfuture.example.org"


def signing_since_noon(account: EmailAccount, ada: Member) -> SigningKey:
    key = signing.make(account, by=ada, at=MORNING)
    signing.begin(account, by=ada, at=NOON)
    return key


def holds(raw: str, key: SigningKey) -> bool:
    published = {f"{key.place}.".encode(): key.record.encode()}
    message = raw.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    return bool(dkimpy.verify(message, dnsfunc=lambda name, timeout=5: published.get(name)))


def test_every_letter_of_a_sending_is_signed_for_the_senders_domain(
    newsletter: Message, account: EmailAccount, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    key = signing_since_noon(account, ada)

    released(newsletter, ada)

    raws = [mailbox.raw(kept) for kept in mailbox.mail()]
    assert len(raws) == len(crowd)
    assert all(holds(raw, key) for raw in raws)
    assert all(f"d={DOMAIN};" in raw for raw in raws)


def test_nothing_is_signed_before_somebody_says_that_the_key_is_published(
    newsletter: Message, account: EmailAccount, ada: Member, crowd: list[Person], mailbox: Mailbox
) -> None:
    signing.make(account, by=ada, at=MORNING)

    released(newsletter, ada)

    assert not any("DKIM-Signature" in mailbox.raw(kept) for kept in mailbox.mail())


def test_a_sending_waits_when_its_key_cannot_be_read(
    newsletter: Message,
    account: EmailAccount,
    ada: Member,
    crowd: list[Person],
    mailbox: Mailbox,
    settings: Any,
) -> None:
    signing_since_noon(account, ada)
    pressed = pressing.press(newsletter, by=ada, at=NOON)
    laying_out.lay_out(pressed.pk, datetime.now(UTC))
    ours, settings.SECRET_KEY = settings.SECRET_KEY, "another machine's"
    letters.clear_desks()

    assert sending.work_chunk(pressed.pk, 0) is not None
    assert mailbox.mail() == []
    assert "MUSTER_SECRET" in pressing._account_problem(account)

    settings.SECRET_KEY = ours
    sending._away.clear()
    letters.clear_desks()
    finish(pressed)
    assert len(mailbox.mail()) == len(crowd)


def test_a_single_letter_is_signed_too(
    account: EmailAccount, ada: Member, mailbox: Mailbox
) -> None:
    key = signing_since_noon(account, ada)
    connection = posting.connection_for(account)

    EmailMessage(
        "Grüße", "Hello\n", str(account), ["ann@example.net"], connection=connection
    ).send()

    assert holds(mailbox.raw(mailbox.mail()[0]), key)


def test_a_key_is_made_once_and_a_new_one_takes_over_at_a_press(
    account: EmailAccount, ada: Member
) -> None:
    first = signing.make(account, by=ada, at=MORNING)
    assert signing.make(account, by=ada, at=NOON) == first
    signing.begin(account, by=ada, at=NOON)
    signing.begin(account, by=ada, at=NOON)

    second = signing.make(account, by=ada, at=NOON)
    assert [s.selector for s in signing.signers_for(account)] == [first.selector]
    signing.begin(account, by=ada, at=NOON)

    assert [s.selector for s in signing.signers_for(account)] == [second.selector]
    first.refresh_from_db()
    assert (first.ended_at, first.sealed) == (NOON, "")
    told = Fact.objects.filter(kind__startswith="signing key").values_list("kind", flat=True)
    assert sorted(told) == [signing.KEY_ENDED, *[signing.KEY_MADE] * 2, *[signing.KEY_SIGNS] * 2]


def test_another_domain_and_another_organisation_are_not_signed_for(
    account: EmailAccount, ada: Member, drew: Member
) -> None:
    signing_since_noon(account, ada)
    elsewhere = EmailAccount(organisation=ada.organisation, from_address="us@example.com")
    theirs = EmailAccount(organisation=drew.organisation, from_address=account.from_address)

    assert signing.signers_for(elsewhere) == ()
    assert signing.signers_for(theirs) == ()


def test_the_private_key_does_not_lie_open_in_the_database(
    account: EmailAccount, ada: Member
) -> None:
    key = signing.make(account, by=ada, at=MORNING)

    assert key.sealed.startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")


def test_the_database_lets_one_key_sign_for_a_domain(account: EmailAccount, ada: Member) -> None:
    signing_since_noon(account, ada)
    other = signing.make(account, by=ada, at=NOON)

    with pytest.raises(IntegrityError), transaction.atomic():
        SigningKey.objects.filter(pk=other.pk).update(signs_since=NOON)


def test_the_account_page_leads_from_no_key_to_signed_mail(
    account: EmailAccount, ada: Member
) -> None:
    client = Client()
    client.force_login(ada.user)
    here = f"/settings/email/{account.pk}"

    before = client.get(here).content.decode()
    client.post(f"{here}/key")
    waiting = client.get(here).content.decode()
    client.post(f"{here}/sign")
    signs = client.get(here).content.decode()
    client.post(f"{here}/sign/stop")
    after = client.get(here).content.decode()

    key = SigningKey.objects.get()
    assert "is not signed by Muster" in before
    assert f"{key.selector}._domainkey.{DOMAIN}" in waiting
    assert "v=DKIM1; k=rsa; p=" in waiting
    assert "is not signed by Muster" in waiting
    assert "is signed since" in signs
    assert "is not signed by Muster" in after
    assert key.sealed == ""
