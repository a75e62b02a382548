"""Turning a master's words into HTML and plain text, once, and filling them for every seat.

Markdown is read before anything is filled, so no candidate's or seat's name can ever become a
link, a list or a tag. Fields travel through it as words of letters and digits.
"""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from textwrap import fill
from urllib.parse import quote

from muster.content import filling
from muster.content.filling import Field, Open, clean, inert, parts_of, written_open
from muster.content.markdown import (
    dropped_addresses,
    html_of,
    pictures_without_words,
    text_of,
)

WIDTH = 76
Fill = Callable[[Field, bool], str]


@dataclass(frozen=True)
class Draft:
    """A master's words, read once: literals and fields for each place a cut needs them."""

    subject: "Template"
    html: "Template"
    text: "Template"
    button: "Template"
    alt: "Template"
    dropped: tuple[str, ...] = ()
    undescribed: int = 0


@dataclass(frozen=True)
class Template:
    """Literals with fields between them; `in_address` tells which fields stand inside a link."""

    literals: tuple[str, ...]
    fields: tuple[Field, ...] = ()
    in_address: tuple[bool, ...] = ()

    def filled(self, fill_in: Fill) -> str:
        pieces = [self.literals[0]]
        for at, field in enumerate(self.fields):
            pieces += [fill_in(field, self.in_address[at]), self.literals[at + 1]]
        return "".join(pieces)


def read(subject: str, body: str, button: str, alt: str = "") -> Draft:
    """Read an e-mail's words once for all seats. Stray braces stand for themselves."""
    marked, fields, mark = _marked(body)
    return Draft(
        subject=_plain(clean(subject)),
        html=_template(html_of(marked, mark), fields, mark, escaped=True),
        text=_template(text_of(marked, mark), fields, mark),
        button=_plain(clean(button)),
        alt=_plain(clean(alt)),
        dropped=tuple(dropped_addresses(marked, mark)),
        undescribed=pictures_without_words(marked),
    )


def read_plain(subject: str, body: str, button: str, alt: str = "") -> Draft:
    """Read the words of a post, a card, an ad or a page: as they stand, line by line."""
    lines = _plain("\n".join(clean(line) for line in body.strip().splitlines()))
    return Draft(
        subject=_plain(clean(subject)),
        html=Template(("",)),
        text=lines,
        button=_plain(clean(button)),
        alt=_plain(clean(alt)),
    )


def _marked(text: str) -> tuple[str, list[Field], str]:
    """Put a word in place of each field: one nobody writes, made from the text itself."""
    mark = f"q{sha256(text.encode()).hexdigest()[:12]}x"
    fields: list[Field] = []
    pieces: list[str] = []
    for part in parts_of(text):
        if isinstance(part, Field):
            pieces.append(f"{mark}{len(fields)}x")
            fields.append(part)
        else:
            pieces.append(part if isinstance(part, str) else part.brace)
    return "".join(pieces), fields, mark


def _template(text: str, fields: list[Field], mark: str, *, escaped: bool = False) -> Template:
    found = re.split(f"{mark}(\\d+)(u?)x", text)
    literals = tuple(_no_braces(piece) if escaped else piece for piece in found[0::3])
    return Template(
        literals,
        tuple(fields[int(number)] for number in found[1::3]),
        tuple(bool(kind) for kind in found[2::3]),
    )


def _no_braces(text: str) -> str:
    return text.replace("{", "&#123;").replace("}", "&#125;")


def _plain(text: str) -> Template:
    marked, fields, mark = _marked(text)
    return _template(marked, fields, mark)


class Filler:
    """One seat's values, and what turned out to be missing. Fields per person stay open."""

    def __init__(self, values: Mapping[str, str], open_names: frozenset[str]) -> None:
        self.values = values
        self.open_names = open_names | filling.PER_PERSON
        self.missing: list[str] = []

    def words(self, template: Template, *, wrapped: bool = False) -> str:
        """Plain text. Open fields stand as control characters until nothing can break them."""
        still_open: list[Open] = []

        def fill_in(field: Field, in_address: bool) -> str:
            if self.is_open(field):
                still_open.append(Open(field.name, field.fallback or ""))
                return f"\x01{len(still_open) - 1}\x02"
            value = self.value(field)
            return quote(value, safe="") if in_address else value

        text = template.filled(fill_in)
        text = inert(_wrapped(text) if wrapped else text)
        return re.sub("\x01(\\d+)\x02", lambda m: written_open(still_open[int(m[1])]), text)

    def markup(self, template: Template) -> str:
        """HTML: what is filled in is escaped, braces too; the sender escapes what it fills in."""

        def fill_in(field: Field, in_address: bool) -> str:
            if self.is_open(field):
                return written_open(Open(field.name, field.fallback or ""))
            value = self.value(field)
            return quote(value, safe="") if in_address else escape(value)

        return template.filled(fill_in)

    def is_open(self, field: Field) -> bool:
        return field.name in self.open_names and field.name in filling.FIELDS

    def value(self, field: Field) -> str:
        """The seat's value, else the writer's fallback, else nothing (and it is missed)."""
        value = clean(self.values.get(field.name, "")) or field.fallback or ""
        if not value and field.name not in self.missing and field.name in filling.FIELDS:
            self.missing.append(field.name)
        return value


def escape(value: str) -> str:
    """Text as HTML, with no brace in it."""
    return _no_braces(html.escape(value))


def _wrapped(text: str) -> str:
    return "\n".join(
        fill(
            line,
            WIDTH,
            subsequent_indent=re.match(r" *(?:- |\d+\. )?", line).end() * " ",  # type: ignore[union-attr]
            break_long_words=False,
            break_on_hyphens=False,
        )
        if len(line) > WIDTH
        else line
        for line in text.split("\n")
    )
