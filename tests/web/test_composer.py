"""Adding, moving and taking away blocks by plain forms: nothing is kept, nothing lost."""

from django.http import QueryDict

from muster.content.blocks import MOST
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
