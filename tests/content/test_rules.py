"""What keeps a cut from going out."""

from dataclasses import replace

import pytest

from muster.content.rules import Brief, Campaigner, grouped, is_postal, problems_in

IMPRINT = "Promoted by Jo Agent, 2 Market Place, on behalf of Sian Hughes, 2 Market Place."
SIAN = Campaigner("Jo Agent", "2 Market Place", "Sian Hughes", "2 Market Place", IMPRINT, True)
GOOD = Brief(
    subject="Help in Stroud",
    body="Come along",
    html=f"<p>{IMPRINT}</p>",
    text=f"Come along\n{IMPRINT}",
    is_service=False,
    has_link=True,
    campaigner=SIAN,
    said="Help in Stroud\nCome along",
)


def test_a_good_cut_has_no_problems() -> None:
    assert problems_in(GOOD) == []


def test_every_problem_is_told_at_once() -> None:
    bad = replace(GOOD, subject=" ", body="", has_link=False, campaigner=None)

    assert problems_in(bad) == [
        "Subject missing",
        "Message missing: write what it says",
        "Candidate missing",
        "No link to the page: add a button, or put {link} in the message",
    ]


def test_the_imprint_must_name_promoter_and_behalf_with_addresses() -> None:
    empty = replace(SIAN, promoter="", address="a@example.org", on_behalf_of="")

    problems = problems_in(replace(GOOD, campaigner=empty))

    assert "Imprint lacks who promotes it" in problems
    assert "Imprint lacks the promoter's postal address" in problems
    assert "Imprint lacks on whose behalf it is" in problems


def test_an_email_or_web_address_alone_is_no_postal_address() -> None:
    assert not is_postal("office@example.org")
    assert not is_postal("https://example.org/contact")
    assert is_postal("PO Box 7, Stroud")


def test_the_imprint_must_stand_in_the_text_however_wrapped() -> None:
    wrapped = replace(GOOD, text=IMPRINT.replace(", on", ",\non"))

    assert problems_in(wrapped) == []
    assert "Imprint missing from the message" in problems_in(replace(GOOD, text="Come along"))


def test_another_seats_candidate_is_the_wrong_one() -> None:
    elsewhere = replace(SIAN, is_candidate_here=False)

    assert "Imprint of another seat's candidate" in problems_in(replace(GOOD, campaigner=elsewhere))


@pytest.mark.parametrize(
    "said",
    [
        "Thank you. Please donate today.",
        "Join us on Saturday",
        "Will you volunteer?",
        "Vote for Ann",
        "Now share this with a friend",
    ],
)
def test_service_mail_asks_nothing(said: str) -> None:
    brief = replace(GOOD, is_service=True, has_link=False, said=said)

    assert "This asks people to act, so it is marketing" in problems_in(brief)


@pytest.mark.parametrize(
    "said",
    [
        "Thank you for offering to volunteer in Stroud. Ann will ring you by Thursday.",
        "You signed up to help: we keep your details for this.",
    ],
)
def test_a_plain_confirmation_is_service_mail(said: str) -> None:
    assert problems_in(replace(GOOD, is_service=True, has_link=False, said=said)) == []


def test_a_link_to_the_page_is_an_ask_too() -> None:
    brief = replace(GOOD, is_service=True, has_link=True, said="Thank you.")

    assert "This asks people to act, so it is marketing" in problems_in(brief)


def test_postal_votes_and_ballot_photos_are_left_alone() -> None:
    said = "We will collect your postal vote. Send a photo of your ballot."

    assert len(problems_in(replace(GOOD, said=said))) == 2


def test_lengths_links_and_images_are_asked_about() -> None:
    long = replace(GOOD, subject="x" * 121, body="x" * 20_001, html="x" * 100_001)
    assert len(problems_in(long)) == 3

    broken = replace(GOOD, dropped=["ftp://example.org"], undescribed=1)
    assert len(problems_in(broken)) == 2


def test_problems_are_gathered_by_words_and_named_by_seat() -> None:
    found = [(seat, "Candidate missing") for seat in ("Ynys Môn", "Stroud", "Neath")]

    assert grouped([*found, ("Stroud", "Subject missing")], of=200) == [
        "Candidate missing in 3 seats: Neath, Stroud, Ynys Môn",
        "Subject missing in Stroud",
    ]


def test_many_seats_are_counted_and_all_are_said_to_be_all() -> None:
    seats = [(f"Seat {n}", "Subject missing") for n in range(9)]

    assert grouped(seats, of=9) == ["Subject missing in all 9 seats"]
    assert grouped(seats, of=10)[0].endswith("Seat 3 and 5 more")
