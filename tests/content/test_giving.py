"""Amounts in an e-mail, and the donation page elsewhere that they lead to."""

import pytest
from django.test import Client
from django.urls import reverse

from muster.content import blocks, cutting, giving, masters
from muster.content.filling import Open, split_open
from muster.content.models import Master
from muster.content.rendering import Draft, Filler, read
from muster.organisations.models import Campaigner, Member, Organisation
from muster.places.models import Place, TargetList
from tests.conftest import MORNING, NOON
from tests.content.test_rendering import HEAD, Tags

TO = "https://give.example.org/?for=us&amount={amount}"
GIFTS = {"kind": "amounts", "words": "What can you give?", "amounts": "5, £10, 7.50 and 25, other"}


def made(to: str = TO, **changed: str) -> Draft:
    return read("Can you give?", "", giving.led([GIFTS | changed], to))


def links(draft: Draft) -> list[str]:
    page = Filler({}, frozenset()).markup(draft.page(HEAD))
    return [found for found in Tags(page).addresses if "give" in found]


def test_each_amount_leads_to_the_donation_page_with_amount_and_source() -> None:
    draft = made()

    plain = Filler({}, frozenset()).words(draft.text)
    assert plain == (
        "What can you give?\n"
        "£5: https://give.example.org/?for=us&amount=5&s={{source}}\n"
        "£10: https://give.example.org/?for=us&amount=10&s={{source}}\n"
        "£7.50: https://give.example.org/?for=us&amount=7.50&s={{source}}\n"
        "£25: https://give.example.org/?for=us&amount=25&s={{source}}\n"
        "Another amount: https://give.example.org/?for=us&s={{source}}"
    )
    assert links(draft) == [line.split(": ", 1)[1] for line in plain.split("\n")[1:]]
    assert split_open(plain)[1] == [Open("source")] * 5


@pytest.mark.parametrize(
    ("to", "ten", "other"),
    [
        (
            "https://give.example.org/{amount}?ref={source}",
            "https://give.example.org/10?ref={{source}}",
            "https://give.example.org/?ref={{source}}",
        ),
        (
            "https://give.example.org/now?amount={amount}",
            "https://give.example.org/now?amount=10&s={{source}}",
            "https://give.example.org/now?s={{source}}",
        ),
        (
            "https://give.example.org/?amount={amount}&to=us#form",
            "https://give.example.org/?amount=10&to=us&s={{source}}#form",
            "https://give.example.org/?to=us&s={{source}}#form",
        ),
    ],
)
def test_amount_and_source_go_where_the_address_has_a_place(to: str, ten: str, other: str) -> None:
    assert links(made(to, amounts="10, other")) == [ten, other]


@pytest.mark.parametrize(
    "address",
    [
        "http://give.example.org/?amount={amount}",
        "javascript:alert({amount})",
        "https://give.example.org/?amount=5",
        "https://give.example.org/?amount={amount}&again={amount}",
        "https://give.example.org/#{amount}",
        "https://{amount}.example.org/",
        "https://me:secret@give.example.org/?amount={amount}",
        "https://127.0.0.1/?amount={amount}",
        "https://localhost/?amount={amount}",
        "https://give.example.org/?amount={amount}&who={first_name}",
        'https://give.example.org/?a="><script>{amount}',
        "https://give.example.org/?amount={amount} ",
        "https://[::1/?amount={amount}",
        "https://give.example.org/?amount={amount}&" + "x" * 500,
    ],
)
def test_an_address_that_is_unsafe_or_has_no_place_is_refused(address: str) -> None:
    assert giving.problem_with(address)


@pytest.mark.parametrize(
    ("amounts", "lack"),
    [
        ("5, 0, 10", "has “0”, which is no amount: write 5, 7.50 or other"),
        ("-5, 10", "has “-5”, which is no amount: write 5, 7.50 or other"),
        ("five, 10", "has “five”, which is no amount: write 5, 7.50 or other"),
        ("5, 1000000", "has “1000000”, which is no amount: write 5, 7.50 or other"),
        ("1 2 3 4 5 6 7 8", "has more than 7 amounts"),
        ("other", "names no amount"),
    ],
)
def test_amounts_are_positive_pounds_and_seven_at_most(amounts: str, lack: str) -> None:
    (found,) = giving.led([GIFTS | {"amounts": amounts}], TO)

    assert blocks.problems_in([found]) == [f"Amounts 1 {lack}"]


@pytest.fixture
def appeal(party: Organisation, ada: Member, targets: TargetList) -> Master:
    words = masters.Words("Appeal", "Can you give?", blocks=[GIFTS], targets=targets)
    return masters.write(party, words, by=ada, at=MORNING)


@pytest.mark.django_db
def test_no_e_mail_with_amounts_goes_out_before_it_is_known_where_they_lead(
    appeal: Master, party: Organisation, ada: Member, stroud: Place, stroud_candidate: Campaigner
) -> None:
    (nowhere,) = cutting.cut(appeal, [stroud], MORNING)
    giving.keep(party, TO, by=ada, at=NOON)
    (somewhere,) = cutting.cut(appeal, [stroud], NOON)

    assert "leads nowhere yet: write your donation page's address" in nowhere.problems[0]
    assert somewhere.problems == []
    assert somewhere.digest != nowhere.digest
    assert "https://give.example.org/?for=us&amp;amount=5&amp;s={{source}}" in somewhere.html


@pytest.mark.django_db
def test_service_mail_never_asks_for_money(
    appeal: Master, party: Organisation, campaigner: Campaigner, ada: Member
) -> None:
    giving.keep(party, TO, by=ada, at=NOON)

    (everywhere,) = cutting.cut(appeal, [None], NOON)

    assert "This asks people to act, so it is marketing" in everywhere.problems


@pytest.mark.django_db
def test_the_donation_page_is_kept_in_settings(as_ada: Client, party: Organisation) -> None:
    page = reverse("settings:giving")

    refused = as_ada.post(page, {"address": "http://give.example.org/?amount={amount}"})
    as_ada.post(page, {"address": TO})

    assert refused.status_code == 422
    assert "begins with https://" in refused.content.decode()
    assert giving.address_of(party.pk) == TO
    shown = as_ada.get(page).content.decode()
    assert "https://give.example.org/?for=us&amp;amount=10&amp;s=…" in shown
    as_ada.post(page, {"address": ""})
    assert giving.address_of(party.pk) == ""
