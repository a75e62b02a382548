"""An e-mail's blocks: what each becomes, and what is missing in them."""

from datetime import date

import pytest

from muster.content import blocks, masters
from muster.content.rendering import Draft, Filler, read
from muster.organisations.models import Member, Organisation
from tests.conftest import MORNING
from tests.content.test_rendering import HEAD, Tags

NOTHING_OPEN: frozenset[str] = frozenset()
EVENT = blocks.first_of("event") | {"title": "Doors in {seat}", "words": "Bring\nboots"}
PICTURE = {"kind": "picture", "address": "https://x.example/{seat}.png", "alt": "A <b>", "to": ""}


def draft(*found: dict[str, str], preheader: str = "") -> Draft:
    return read("Come to {seat}", preheader, found)


def page(made: Draft) -> str:
    return Filler({"seat": "Ynys Môn", "date": "Saturday 9 May"}, NOTHING_OPEN).markup(
        made.page(HEAD)
    )


def plain(made: Draft) -> str:
    return Filler({"seat": "Ynys Môn", "date": "Saturday 9 May"}, NOTHING_OPEN).words(made.text)


def test_a_button_leads_to_the_seats_own_page_or_to_an_address() -> None:
    own = {"kind": "button", "words": "I can help", "to": ""}
    other = own | {"to": "https://example.org/?a=1&b={seat}"}

    assert Tags(page(draft(own))).addresses[0] == "{{link}}"
    assert "https://example.org/?a=1&b=Ynys%20M%C3%B4n" in Tags(page(draft(other))).addresses
    assert plain(draft(own)) == "I can help:\n{{link}}"


def test_an_event_says_what_when_and_where_in_both_parts() -> None:
    made = draft(EVENT)

    assert plain(made) == (
        "Doors in Ynys Môn\nWhen: Saturday 9 May\nWhere: Ynys Môn\nBring\nboots\n\n"
        "I will come:\n{{link}}"
    )
    assert "When: Saturday 9 May<br />Where: Ynys Môn<br />Bring<br />boots" in page(made)


def test_a_picture_carries_its_words_escaped() -> None:
    made = draft(PICTURE)

    assert 'alt="A &lt;b&gt;"' in page(made)
    assert "https://x.example/Ynys%20M%C3%B4n.png" in Tags(page(made)).addresses
    assert plain(made) == "[A <b>]"


def test_what_stands_after_the_subject_is_hidden_in_the_e_mail_itself() -> None:
    shown = page(draft(EVENT, preheader="Two hours in {seat}"))

    assert ">Two hours in Ynys Môn</div>" in shown
    assert "Two hours" not in plain(draft(EVENT, preheader="Two hours in {seat}"))


def test_no_e_mail_fetches_a_font() -> None:
    assert "fonts." not in page(draft(EVENT))


def test_everything_that_is_missing_is_said_with_its_place() -> None:
    bare = [{"kind": kind} | dict.fromkeys(blocks.SHAPES[kind].parts, "") for kind in blocks.SHAPES]
    lost = {"kind": "button", "words": "Go", "to": "javascript:alert(1)"}

    assert blocks.problems_in([*bare, lost]) == [
        "Heading 2 says nothing",
        "Button 3 says nothing",
        "Picture 4 has no picture: upload one, or give an address that begins with https://",
        "Picture 4 has no words for those who cannot see it",
        "Amounts 5 names no amount",
        "Amounts 5 leads nowhere yet: write your donation page's address in Settings, Mail"
        " accounts, Donations",
        "Event 6 does not say what and when",
        "Signature 7 has no name",
        "Button 9 leads nowhere: javascript:alert(1)",
    ]
    assert "javascript" not in page(draft(lost))


@pytest.mark.parametrize(
    ("found", "why"),
    [
        ([{"kind": "script"}], "of no kind that exists"),
        (["text"], "of no kind that exists"),
        ([{"kind": "heading", "words": "x" * 121}], "longer than 120 letters"),
        ([{"kind": "divider"}] * 61, "at most 60 blocks"),
    ],
)
def test_what_is_no_list_of_blocks_is_refused_with_the_reason(
    party: Organisation, ada: Member, found: list[dict[str, str]], why: str
) -> None:
    with pytest.raises(masters.CannotWrite, match=why):
        masters.write(party, masters.Words("May", blocks=found), by=ada, at=MORNING)


def test_a_body_and_a_button_become_two_blocks(party: Organisation, ada: Member) -> None:
    words = masters.Words("May", "Subject", "Dear friend", "Go", date=date(2026, 5, 9))

    master = masters.write(party, words, by=ada, at=MORNING)

    assert [block["kind"] for block in master.blocks] == ["text", "button"]
    assert (master.body, master.button) == ("", "")
    assert masters.change(master, masters.words_of(master), by=ada, at=MORNING) == master
