"""From a master's words to HTML and text."""

import re
from html.parser import HTMLParser

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.content.blocks import SHAPES, of_letter, texts_of
from muster.content.filling import Open, clean, split_open
from muster.content.letterhead import Letterhead
from muster.content.rendering import Filler, read

NOTHING_OPEN: frozenset[str] = frozenset()
HEAD = Letterhead("Fair Future", "#b8123f", "https://example.org/privacy", False, False)


OURS = {
    *("html", "head", "body", "title", "meta", "style", "noscript", "xml"),
    *("div", "table", "tbody", "tr", "td", "p", "h2", "br", "ul", "ol", "li"),
    *("a", "img", "strong", "em"),
}


class Tags(HTMLParser):
    """What a browser would read: names of tags, addresses, the title."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.addresses: list[str] = []
        self.title, self.is_title = "", False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]
        assert not [name for name, _ in attrs if name.startswith("on")]
        self.is_title = tag == "title"

    def handle_data(self, data: str) -> None:
        self.title += data if self.is_title else ""
        self.is_title = False


def own_fields(written: str, blocks: list[dict[str, str]]) -> set[str]:
    """Fields that may stand open: those of the letterhead, and what the writer asked for."""
    asked = {name for name in ("first_name", "link") if name in written}
    pressed = {"link"} if any("to" in block for block in blocks) else set()
    return {"unsubscribe", "preferences"} | asked | pressed


def markup(body: str, **values: str) -> str:
    """The words of an e-mail's only block, as they stand in its HTML."""
    whole = Filler(values, NOTHING_OPEN).markup(read("", "", of_letter(body)).page(HEAD))
    return whole.partition('"></p>')[2].partition('<p style="border-top:solid 1px')[0]


def text(body: str, **values: str) -> str:
    return Filler(values, NOTHING_OPEN).words(read("", "", of_letter(body)).text, wrapped=True)


def test_paragraphs_bold_lists_and_links() -> None:
    out = markup("One **two**\n\n- three\n- [four](https://example.org/?a=1&b=2)")

    assert "<strong>two</strong>" in out
    assert out.count("<li") == 2
    assert 'href="https://example.org/?a=1&amp;b=2"' in out


def test_a_line_break_stays_a_line_break() -> None:
    assert "Thank you,<br />\nAda" in markup("Thank you,\nAda")
    assert text("Thank you,\nAda") == "Thank you,\nAda"


def test_the_text_part_shows_addresses_and_dashes() -> None:
    out = text("See [our plan](https://example.org/plan)\n\n1. one\n2. two\n\n- a\n- **b**")

    assert out == ("See our plan (https://example.org/plan)\n\n1. one\n2. two\n\n- a\n- b")


def test_words_after_a_list_start_at_the_margin() -> None:
    assert text("- a\n  - b\n- c\n\nAfter") == "- a\n  - b\n- c\n\nAfter"


def test_html_typed_by_a_writer_comes_out_as_words() -> None:
    out = markup("<script>alert(1)</script> <img src=x onerror=alert(1)>")

    assert "<script" not in out
    assert "<img" not in out
    assert "&lt;script&gt;" in out


def test_a_link_that_runs_script_is_no_link() -> None:
    assert "href" not in markup("[x](javascript:alert(1))")
    assert 'href="#"' in markup("[x](ftp://example.org/)")


def test_names_are_escaped_and_never_read_as_markdown() -> None:
    out = markup("Vote {candidate}", candidate='<b>**Ann** [x](https://evil.example)"')

    assert "&lt;b&gt;**Ann** [x](https://evil.example)&quot;" in out
    assert "<a " not in out


def test_a_field_inside_a_field_stays_words() -> None:
    hostile = "Ann {first_name} {{link}} {seat}"
    html, plain = markup("{candidate}", candidate=hostile), text("{candidate}", candidate=hostile)

    assert split_open(html)[1] == []
    assert split_open(plain)[1] == []
    assert "&#123;seat&#125;" in html


def test_a_link_field_stays_open_in_both_parts() -> None:
    body = "[Come along]({link}), {first_name|dear friend}"

    assert '<a class="link" href="{{link}}">' in markup(body)
    assert split_open(text(body))[1] == [Open("link"), Open("first_name", "dear friend")]


def test_the_word_to_fall_back_on_is_left_for_the_sender_to_escape() -> None:
    assert split_open(markup("{first_name|mate's & co}"))[1] == [Open("first_name", "mate's & co")]


def test_a_value_inside_an_address_is_quoted() -> None:
    out = markup("[x](https://example.org/{seat})", seat='Ynys Môn" onclick="x')

    assert 'href="https://example.org/Ynys%20M%C3%B4n%22%20onclick%3D%22x"' in out


def test_a_fallback_fills_an_empty_field() -> None:
    assert "our candidate" in text("{candidate|our candidate}")


def test_what_had_no_value_is_told() -> None:
    filler = Filler({"seat": "Stroud"}, NOTHING_OPEN)
    filler.words(read("", "", of_letter("{seat} {date} {candidate}")).text)

    assert filler.missing == ["date", "candidate"]


def test_long_names_wrap_without_breaking_an_open_field() -> None:
    long = "Inverness, Skye and West Ross-shire, and the Isles of Everything Else in the North"
    out = text("{seat} " * 3 + "{first_name|my very dear friend and neighbour}", seat=long)

    assert max(map(len, out.split("\n"))) <= 90
    assert split_open(out)[1] == [Open("first_name", "my very dear friend and neighbour")]


def test_fields_in_bold_are_filled() -> None:
    assert "<strong>Ynys Môn</strong>" in markup("**{seat}**", seat="Ynys Môn")


HOSTILE = st.text(alphabet="{}[]()<>&*_!|`\\ \n\x0b\"'=:/abhttpslinkfirst_name", max_size=60)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), HOSTILE)
def test_whatever_blocks_and_names_hold_the_page_stays_ours(data: st.DataObject, name: str) -> None:
    kinds = data.draw(st.lists(st.sampled_from(list(SHAPES)), max_size=4))
    blocks = [
        {"kind": kind} | {part: data.draw(HOSTILE) for part in SHAPES[kind].parts} for kind in kinds
    ]
    draft = read("{candidate}", "{candidate}", blocks)
    filler = Filler({"candidate": name}, NOTHING_OPEN)
    page, plain = filler.markup(draft.page(HEAD)), filler.words(draft.text, wrapped=True)

    tags = Tags(page)
    assert tags.names <= OURS
    assert all(
        re.match(r"https?://|mailto:|tel:|\{\{|#|$", where, re.I) for where in tags.addresses
    )
    assert tags.title == clean(name).replace("\u2060", "")
    written = "".join(texts_of(blocks))
    assert {o.name for o in split_open(page + plain)[1]} <= own_fields(written, blocks)


@given(st.text(alphabet="{}[]()<>*_!|`\\ \nabfirst_name", max_size=80), st.text(max_size=30))
def test_nothing_a_writer_or_a_name_holds_can_open_a_tag_or_a_field(body: str, name: str) -> None:
    out = markup(body + " {candidate}", candidate=name)

    assert "<script" not in out
    assert "javascript:" not in out
    allowed = body.count("{")
    assert len(split_open(out)[1]) <= allowed
    assert split_open(markup("{candidate}", candidate=body))[1] == []
