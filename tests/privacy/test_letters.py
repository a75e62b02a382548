"""Whoever asks something of us hears by e-mail too that we have it (DP-164A)."""

import pytest
from django.core import mail

from muster.channels import case_letters
from muster.channels.letters import NO_ACCOUNT
from muster.channels.models import EmailAccount
from muster.organisations.models import Member, Organisation
from muster.people import erasing, suppressing
from muster.people.models import Person
from muster.privacy import cases
from muster.privacy.models import Case, CaseLetter
from tests.conftest import MORNING, NOON, signed_in, supporter


@pytest.fixture
def account(party: Organisation) -> EmailAccount:
    return EmailAccount.objects.create(
        organisation=party,
        name="Post",
        host="127.0.0.1",
        from_name="Fair Future",
        from_address="post@example.org",
    )


def ask(
    party: Organisation, kind: str, contact: str = "zoe@example.org", person: Person | None = None
) -> Case:
    words = "Buy pills at http://example.com"
    asked = cases.Request(kind, "letter", words, contact, words, MORNING.date(), person)
    return cases.open_case(party, asked, by=None, at=MORNING)


def send_all() -> None:
    for letter in CaseLetter.objects.all():
        case_letters.send(letter.pk, at=NOON)
        case_letters.send(letter.pk, at=NOON)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("access", "by 4 June 2026"),
        ("erasure", "have your data erased"),
        ("complaint", "without undue delay"),
    ],
)
def test_the_letter_goes_once_and_acknowledges(
    party: Organisation, account: EmailAccount, kind: str, words: str
) -> None:
    case = ask(party, kind)

    send_all()

    (letter,) = mail.outbox
    assert letter.to == ["zoe@example.org"]
    assert words in letter.body
    assert str(case.code) in letter.body
    assert "pills" not in letter.subject + str(letter.body)
    assert list(case.steps.values_list("what", flat=True)) == ["acknowledged"]


def test_it_answers_even_an_address_that_nobody_else_may_write_to(
    party: Organisation, account: EmailAccount
) -> None:
    suppressing.suppress(
        party, channel="email", value="zoe@example.org", reason="unsubscribed", at=MORNING
    )

    ask(party, "complaint")
    send_all()

    assert [letter.to for letter in mail.outbox] == [["zoe@example.org"]]


def test_an_address_they_did_not_give_is_written_to_only_while_it_may_be(
    party: Organisation, account: EmailAccount
) -> None:
    zoe = supporter(party, "Zoe", "Hart", email="zoe@example.org")
    ask(party, "access", contact="07700 900001", person=zoe)
    suppressing.suppress_person(zoe, reason="unsubscribed", at=MORNING)
    ask(party, "access", contact="07700 900001", person=zoe)

    assert CaseLetter.objects.count() == 1


def test_nobody_is_written_to_who_objects_or_gave_a_number_alone(
    party: Organisation, account: EmailAccount
) -> None:
    ask(party, "objection")
    ask(party, "complaint", contact="07700 900777")

    assert not CaseLetter.objects.exists()


def test_a_letter_with_no_way_out_is_said_on_the_case(party: Organisation, ada: Member) -> None:
    case = ask(party, "access")

    send_all()

    page = signed_in(ada).get(f"/privacy/cases/{case.code}").content.decode()
    assert f"It did not go. {NO_ACCOUNT}" in page
    assert not case.steps.exists()


def test_whoever_was_erased_meanwhile_is_not_written_to(
    party: Organisation, ada: Member, account: EmailAccount
) -> None:
    zoe = supporter(party, "Zoe", "Hart", email="zoe@example.org")
    ask(party, "erasure", person=zoe)

    erasing.erase(zoe, by=ada, at=NOON)
    send_all()

    assert mail.outbox == []
