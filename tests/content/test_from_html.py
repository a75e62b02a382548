"""What the rich editor sends becomes Markdown, and no word of it is lost."""

import html
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.content.from_html import markdown_of, words_of
from muster.content.markdown import editable

WORDS = st.text(alphabet="ab *_[]()<>!\\-+1.){}|#`&'\"é", min_size=1, max_size=12)
INLINE = st.one_of(
    WORDS.map(html.escape),
    WORDS.map(lambda said: f"<strong>{html.escape(said)}</strong>"),
    WORDS.map(lambda said: f"<em>{html.escape(said)}</em>"),
    WORDS.map(lambda said: f'<a href="https://example.org/">{html.escape(said)}</a>'),
    st.just("<br>"),
)
LINE = st.lists(INLINE, min_size=1, max_size=4).map("".join)
ITEMS = st.lists(LINE.map(lambda said: f"<li><p>{said}</p></li>"), min_size=1, max_size=3)
BLOCK = st.one_of(
    LINE.map(lambda said: f"<p>{said}</p>"),
    ITEMS.map(lambda items: f"<ul>{''.join(items)}</ul>"),
    ITEMS.map(lambda items: f"<ol>{''.join(items)}</ol>"),
)
DOCUMENT = st.lists(BLOCK, max_size=3).map("".join)


@pytest.mark.parametrize(
    "source",
    [
        "Dear {first_name|friend},\n\nCome to **{seat}**, *do*.\nThank you",
        "- one\n- two **bold**\n\nAfter",
        "1. one\n2. two",
        "See [our plan](https://example.org/a_b?c=1&d=2) or [your page]({link})",
        "5 \\* 5, a\\_b\\_c and \\<b>",
        "- one\n\n   - beneath",
    ],
)
def test_words_go_into_the_editor_and_come_back_the_same(source: str) -> None:
    once = markdown_of(editable(source))

    assert markdown_of(editable(once)) == once
    assert editable(once).replace("<p>", "").replace("</p>", "") == editable(source).replace(
        "<p>", ""
    ).replace("</p>", "")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DOCUMENT)
def test_every_word_of_any_document_is_found_again(source: str) -> None:
    plain = re.sub(r"<br>|</?(?:p|li|ul|ol)>", " ", source)
    said = " ".join(html.unescape(re.sub(r"</?(?:strong|em|a)[^>]*>", "", plain)).split())

    assert words_of(markdown_of(source)) == said


def test_nothing_but_what_we_know_comes_through() -> None:
    hostile = (
        "<p onclick='x()'>Hello <script>alert(1)</script><img src=x onerror=y>"
        "<a href='javascript:alert(1)'>there</a> <style>p{}</style><u>you</u></p>"
    )

    assert markdown_of(hostile) == "Hello there you"
