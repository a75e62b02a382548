"""What the rich editor sends, as the Markdown a text block is kept in.

Cleaned first to the tags we know; then every word of it comes back out of the Markdown as it was.
"""

import re
from html.parser import HTMLParser

import nh3
from markdown_it.token import Token

from muster.content.filling import FIELDS, WRITTEN
from muster.content.markdown import READER

TAGS = {"p", "strong", "b", "em", "i", "a", "ul", "ol", "li", "br"}
SPECIAL = re.compile(r"([\\*_\[\]<!])")
BEGINS_LIST = re.compile(r"^(\s*\d{0,9})([-+.)])(?=\s|$)")
SAFE_ADDRESS = re.compile(r"[^\s<>()\\]*")


def markdown_of(source: str) -> str:
    """HTML of the editor as Markdown. Emphasis that Markdown cannot say is left away."""
    clean = nh3.clean(
        source,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    written = _written(clean, emphasis=True)
    if "*" in written and words_of(written) != words_of(_written(clean, emphasis=False)):
        return _written(clean, emphasis=False)
    return written


def words_of(markdown: str) -> str:
    """Nothing but the words, spaces as one: to compare two ways of writing."""
    lines = (
        "".join(_said(child) for child in token.children or []) if token.type == "inline" else " "
        for token in READER.parse(markdown)
    )
    return " ".join("".join(lines).split())


def _said(token: Token) -> str:
    return " " if token.type in ("softbreak", "hardbreak") else token.content


def _written(source: str, *, emphasis: bool) -> str:
    writer = Writer(emphasis)
    writer.feed(source)
    writer.close()
    return writer.whole()


class Writer(HTMLParser):
    """Writes Markdown down as it meets the tags of cleaned HTML."""

    def __init__(self, emphasis: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.emphasis = emphasis
        self.blocks: list[str] = []
        self.line: list[str] = []
        self.lists: list[int] = []
        self.start = ""
        self.links: list[tuple[str, int]] = []
        self.marks: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("ul", "ol"):
            self._end_block()
            self.lists.append(-1 if tag == "ul" else 0)
        elif tag == "li":
            self._end_block()
            self.start = self._bullet()
        elif tag == "p":
            self._end_block()
        elif tag == "br":
            self.line.append("\n")
        elif tag == "a":
            self.links.append((dict(attrs).get("href") or "", len(self.line)))
        elif tag in MARKS and self.emphasis:
            self.marks.append((MARKS[tag], len(self.line)))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("p", "li"):
            self._end_block()
        elif tag in ("ul", "ol") and self.lists:
            self._end_block()
            self.lists.pop()
        elif tag == "a" and self.links:
            self._end_link(*self.links.pop())
        elif tag in MARKS and self.emphasis and self.marks:
            mark, began = self.marks.pop()
            self._wrap(began, mark, mark)

    def handle_data(self, data: str) -> None:
        self.line.append(escaped(re.sub(r"[ \t\r\n]+", " ", data)))

    def _end_link(self, address: str, began: int) -> None:
        if address and SAFE_ADDRESS.fullmatch(address):
            self._wrap(began, "[", f"]({address})")

    def _wrap(self, began: int, before: str, after: str) -> None:
        """Put marks around what was written since, but not around the spaces at its ends."""
        inside = "".join(self.line[began:])
        words = inside.strip()
        if words:
            at = inside.index(words)
            inside = f"{inside[:at]}{before}{words}{after}{inside[at + len(words) :]}"
        self.line[began:] = [inside]

    def _bullet(self) -> str:
        if not self.lists:
            return ""
        if self.lists[-1] < 0:
            return "- "
        self.lists[-1] += 1
        return f"{self.lists[-1]}. "

    def _end_block(self) -> None:
        lines = [part.strip() for part in "".join(self.line).split("\n")]
        self.line, self.links, self.marks = [], [], []
        said = [BEGINS_LIST.sub(r"\1\\\2", part) for part in lines]
        if any(said):
            indent = "   " * max(len(self.lists) - 1, 0)
            inside = "   " * len(self.lists)
            first, *rest = [part for part in said if part]
            begin = f"{indent}{self.start}" if self.start else inside
            self.blocks.append("\n".join([begin + first, *(inside + part for part in rest)]))
            self.start = ""

    def whole(self) -> str:
        self._end_block()
        return "\n\n".join(self.blocks)


MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*"}


def escaped(text: str) -> str:
    """Words in which Markdown reads nothing; fields in braces stay as they are."""
    pieces: list[str] = []
    end = 0
    for found in WRITTEN.finditer(text):
        name = (found.group(1) or "").partition("|")[0].strip()
        if name in FIELDS:
            pieces += [SPECIAL.sub(r"\\\1", text[end : found.start()]), found.group()]
            end = found.end()
    return "".join([*pieces, SPECIAL.sub(r"\\\1", text[end:])])
