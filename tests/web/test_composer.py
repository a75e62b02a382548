"""Adding, moving and taking away blocks by plain forms: nothing is kept, nothing lost."""

from pathlib import Path

from django.http import QueryDict

import muster.web
from muster.content.blocks import MOST
from muster.content.letterhead import sheet_for
from muster.web.composer import acted, rows, typed

TEXT = {"kind": "text", "words": "Dear friend"}
LINE = {"kind": "divider"}
BUTTON = {"kind": "button", "words": "Go", "to": ""}
THREE = [TEXT, LINE, BUTTON]


def test_a_form_gives_back_the_blocks_it_was_drawn_from() -> None:
    post = QueryDict(mutable=True)
    for row in rows(THREE):
        post.appendlist("block", f"b{row.at}")
        post[f"b{row.at}-kind"] = row.kind
        for box in row.boxes:
            post[box.name] = box.value

    assert typed(post) == THREE


def test_what_is_no_block_is_left_away() -> None:
    assert typed(QueryDict("block=b0&b0-kind=script&block=b1&b1-kind=divider&block=")) == [LINE]


def test_blocks_move_are_copied_and_taken_away() -> None:
    assert acted(THREE, "up-2") == ([TEXT, BUTTON, LINE], 1)
    assert acted(THREE, "down-0") == ([LINE, TEXT, BUTTON], 1)
    assert acted(THREE, "copy-0") == ([TEXT, TEXT, LINE, BUTTON], 1)
    assert acted(THREE, "remove-2") == ([TEXT, LINE], 1)
    assert acted([LINE], "remove-0") == ([], None)


def test_a_block_is_added_at_the_end_or_after_another() -> None:
    assert [block["kind"] for block in acted(THREE, "add-heading")[0]][-1] == "heading"
    assert acted(THREE, "add-divider-0") == ([TEXT, LINE, LINE, BUTTON], 1)


def test_presses_that_make_no_sense_change_nothing() -> None:
    for do in ("", "up-0", "down-2", "up-9", "up-x", "add-script", "add-", "burn-1"):
        assert acted(THREE, do)[0] == THREE
    assert len(acted([LINE] * MOST, "add-text")[0]) == MOST
    assert len(acted([LINE] * MOST, "copy-0")[0]) == MOST


def test_what_the_rich_editor_wrote_is_kept_as_markdown() -> None:
    post = QueryDict(mutable=True)
    post.update({"block": "b0", "b0-kind": "text", "b0-as": "html"})
    post["b0-words"] = "<p>Dear {first_name|friend},</p><p>Come to <strong>{seat}</strong></p>"

    assert typed(post)[0]["words"] == "Dear {first_name|friend},\n\nCome to **{seat}**"


def test_a_text_longer_than_any_is_left_for_the_refusal_as_it_is() -> None:
    post = QueryDict(mutable=True)
    post.update({"block": "b0", "b0-kind": "text", "b0-as": "html"})
    post["b0-words"] = "<b>" * 400_000

    assert typed(post)[0]["words"] == post["b0-words"]


def test_previews_have_the_sheets_the_e_mail_itself_carries() -> None:
    folder = Path(muster.web.__file__).parent / "static" / "css"

    assert (folder / "letter.css").read_text() == sheet_for("day") + "\n"
    assert (folder / "letter-night.css").read_text() == sheet_for("night") + "\n"
