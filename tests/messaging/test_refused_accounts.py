"""An account that rests, or that a receiving side refuses: who says so, and who stands in."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from muster.channels.models import EmailAccount
from muster.content import approving
from muster.lib import ports
from muster.lib.sink import Rule
from muster.messaging import drafting, laying_out, pressing
from muster.messaging.blocking import finding
from muster.messaging.models import Message, Pace, Sending
from muster.messaging.returns import effects
from muster.organisations.models import Member, Organisation, Unit
from muster.people.models import Person
from muster.places.models import Place
from tests.conftest import MORNING, NOON, join, supporter
from tests.messaging.conftest import WORDS, Mailbox, finish, released

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def second(party: Organisation, account: EmailAccount, mailbox: Mailbox) -> EmailAccount:
    """Another of theirs, of the same domain."""
    return EmailAccount.objects.create(
        organisation=party,
        name="Second",
        host="127.0.0.1",
        port=mailbox.port,
        from_name="Fair Future",
        from_address="post@fairfuture.example.org",
        position=2,
    )


def resting(account: EmailAccount) -> None:
    Pace.objects.create(
        organisation=account.organisation,
        account=account,
        domain="",
        per_second=5,
        rests_until=now() + timedelta(minutes=5),
        refused_at=now(),
        learnt_at=now(),
        next_at=now(),
        queue_until=now(),
        why="451 4.7.1 Too fast",
    )


def test_what_an_account_that_rests_would_send_goes_through_the_one_that_stands_in(
    newsletter: Message,
    ada: Member,
    crowd: list[Person],
    mailbox: Mailbox,
    account: EmailAccount,
    second: EmailAccount,
) -> None:
    resting(account)

    pressed = released(newsletter, ada)

    assert pressed.state == Sending.State.FINISHED
    assert len(mailbox.mail()) == len(crowd)


def test_without_one_that_stands_in_or_with_all_at_rest_it_waits(
    newsletter: Message,
    ada: Member,
    crowd: list[Person],
    mailbox: Mailbox,
    account: EmailAccount,
    second: EmailAccount,
) -> None:
    resting(account)
    resting(second)

    pressed = released(newsletter, ada)

    assert (pressed.state, mailbox.mail()) == (Sending.State.RELEASING, [])


def test_an_account_that_is_refused_is_named_with_what_to_do_and_another_takes_what_waits(
    newsletter: Message,
    ada: Member,
    party: Organisation,
    stroud: Place,
    agree: Callable[[Person], Person],
    mailbox: Mailbox,
    account: EmailAccount,
    second: EmailAccount,
    as_ada: Client,
) -> None:
    finding.forget()
    for n in range(25):
        agree(supporter(party, "Ann", f"M{n}", stroud, email=f"m{n}@strict.example.org"))
    mailbox.rules.append(Rule("*@strict.example.org", "554 5.7.1 Blocked, see Spamhaus"))
    pressed = released(newsletter, ada)
    while effects.act_on_waiting(party.pk, now()):
        pass
    finding.forget()

    (refusal,) = finding.refusals_of(account, now())
    pages = [
        as_ada.get(address).content.decode()
        for address in (
            reverse("settings:email_account", args=[account.pk]),
            reverse("messages:show", args=[newsletter.pk]),
            reverse("messages:flow", args=[newsletter.pk]),
        )
    ]

    assert (refusal.whom, refusal.people, refusal.handed_over) == ("strict.example.org", 25, 25)
    assert all("strict.example.org refuses" in page for page in pages)
    assert all("have it taken off" in page for page in pages)
    assert "Refused: see why" in as_ada.get(reverse("settings:email")).content.decode()
    assert "1 mail account is refused" in as_ada.get("/").content.decode()
    assert finding.refusals_of(account, now() + timedelta(days=2)) == []
    assert finding.refusals_of(second, now()) == []

    # Nothing more is asked of it while another can go.
    EmailAccount.objects.filter(pk=account.pk).update(port=ports.any_free())
    assert _refreshed(pressed).state == Sending.State.FINISHED
    supporter_too = agree(supporter(party, "Bob", "Later", stroud, email="bob@easy.example.org"))
    again = _another(newsletter, ada, mailbox)
    account.refresh_from_db()
    assert len(mailbox.to(supporter_too)) == 1
    assert (account.trouble, again.state) == ("", Sending.State.FINISHED)
    finding.forget()


def _refreshed(pressed: Sending) -> Sending:
    return Sending.objects.get(pk=pressed.pk)


def _another(message: Message, by: Member, mailbox: Mailbox) -> Sending:
    """Another message through the same account, to everybody, whom nothing refuses any more."""
    mailbox.rules.clear()
    words = replace(WORDS, name="Sunday")
    given = {"targets": message.target_list, "page": message.page, "account": message.account}
    another = drafting.draft(message.organisation, words, **given, by=by, at=MORNING)
    approver = join(message.organisation, _office(message), "Olu Approves", "approver")
    approving.approve(another.master, approver, MORNING, MORNING + timedelta(days=3650))
    pressed = pressing.press(another, by=by, at=NOON)
    laying_out.lay_out(pressed.pk, now())
    return finish(pressed)


def _office(message: Message) -> Unit:
    return Unit.objects.get(organisation=message.organisation, kind="head_office")
