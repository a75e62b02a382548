"""A letter that asks for money: where its amounts lead, and what preflight says of them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from muster.actions.models import SourceCode
from muster.content import approving, giving, masters
from muster.messaging import drafting
from muster.messaging.models import Message
from muster.messaging.preflight import blocking
from muster.organisations.models import Campaigner, Member
from muster.people.models import Person
from muster.places.models import Place
from tests.conftest import MORNING
from tests.messaging.conftest import Mailbox, released

pytestmark = pytest.mark.django_db
TO = "https://give.example.org/?amount={amount}"


def asking(message: Message, amounts: str, by: Member) -> None:
    """Its words ask for money as well."""
    block = {"kind": "amounts", "words": "Can you give?", "amounts": amounts}
    words = masters.words_of(message.master)
    words = replace(words, blocks=[*words.blocks, block])
    message.master = masters.change(message.master, words, by=by, at=MORNING)


def test_each_seats_letter_leads_to_the_donation_page_with_its_own_source_code(
    newsletter: Message,
    ada: Member,
    approver: Member,
    crowd: list[Person],
    mailbox: Mailbox,
    stroud: Place,
) -> None:
    giving.keep(newsletter.organisation, TO, by=ada, at=MORNING)
    asking(newsletter, "5, 25, other", ada)
    drafting.cuts_of(newsletter, MORNING)
    approving.approve(newsletter.master, approver, MORNING, MORNING + timedelta(days=3650))

    pressed = released(newsletter, ada)

    code = SourceCode.objects.get(about_kind="sending", about_id=pressed.pk, place=stroud).code
    raw = mailbox.raw(mailbox.to(crowd[0])[0]).replace("=\r\n", "").replace("=3D", "=")
    plain, designed = raw.split("text/html", 1)
    assert f"£25: https://give.example.org/?amount=25&s={code}\r\n" in plain
    assert f"Another amount: https://give.example.org/?s={code}" in plain
    assert f'href="https://give.example.org/?amount=5&amp;s={code}"' in designed


@pytest.mark.parametrize(
    ("kind", "amounts", "state", "rule"),
    [
        ("party", "5, 500", "ok", ""),
        ("party", "5, 501", "warn", "DON-1"),
        ("candidate", "50, 51", "warn", "DON-3"),
    ],
)
def test_gifts_that_the_law_has_checked_are_pointed_out(
    newsletter: Message, ada: Member, kind: str, amounts: str, state: str, rule: str
) -> None:
    asking(newsletter, amounts, ada)
    who = Campaigner.objects.filter(pk__in=newsletter.master.cuts.values("campaigner"))
    who.update(kind=kind)

    (found,) = blocking.of_amounts(newsletter)

    assert found.state == state
    assert rule in found.words
