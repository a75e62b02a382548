"""A master's words read once, and filled for every seat.

Markup is made before anything is filled, so no candidate's or seat's name can ever become a
link, a list or a tag. Fields travel through it as words of letters and digits.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import fill
from urllib.parse import quote

from muster.content import filling, letterhead, typesetting
from muster.content.blocks import Block, first_button
from muster.content.filling import Field, Open, clean, inert, written_open
from muster.content.letterhead import Letterhead
from muster.content.markdown import pictures_without_words
from muster.content.marking import Marks, Template, escape
from muster.lib.colour import ink_on

WIDTH = 76
IMPRINT = Field(" imprint")
"""The imprint's place in the letterhead. A writer's own fields have no space in front."""


@dataclass(frozen=True)
class Draft:
    """A master's words, read once: literals and fields for each place a cut needs them."""

    subject: Template
    text: Template
    button: Template
    alt: Template
    blocks: Sequence[Block] = ()
    preheader: str = ""
    dropped: tuple[str, ...] = ()
    undescribed: int = 0
    pages: dict[Letterhead, Template] = field(default_factory=dict)

    def page(self, head: Letterhead) -> Template:
        """The whole HTML part under this letterhead; made by MJML once for all seats."""
        if head not in self.pages:
            self.pages[head] = _page(self, head)
        return self.pages[head]


def read(subject: str, preheader: str, blocks: Sequence[Block]) -> Draft:
    """Read an e-mail's words once for all seats. Stray braces stand for themselves."""
    marks = _marks(subject, preheader, blocks)
    texts = [block["words"] for block in blocks if block["kind"] == "text"]
    return Draft(
        subject=_plain(clean(subject)),
        text=marks.template(typesetting.text_of_all(blocks, marks)),
        button=_plain(clean(first_button(blocks))),
        alt=_plain(""),
        blocks=blocks,
        preheader=clean(preheader),
        dropped=tuple(typesetting.dropped_in(blocks, marks)),
        undescribed=sum(pictures_without_words(marks.put(text)) for text in texts),
    )


def _page(draft: Draft, head: Letterhead) -> Template:
    subject = "".join(draft.subject.literals)
    marks = _marks(subject, draft.preheader, draft.blocks)
    accent = letterhead.accent_of(head)
    page = typesetting.Page(marks, accent, ink_on(accent))
    title = escape("".join(_marked(draft.subject, marks)))
    made = letterhead.markup(
        head,
        title,
        page.words(draft.preheader),
        typesetting.mjml_of(draft.blocks, page),
        marks.of(IMPRINT),
    )
    return marks.template(made)


def _marked(template: Template, marks: Marks) -> list[str]:
    pieces = [template.literals[0]]
    for found, literal in zip(template.fields, template.literals[1:], strict=True):
        pieces += [marks.of(found), literal]
    return pieces


def _marks(subject: str, preheader: str, blocks: Sequence[Block]) -> Marks:
    return Marks(json.dumps([subject, preheader, *map(dict, blocks)]))


def read_plain(subject: str, body: str, button: str, alt: str = "") -> Draft:
    """Read the words of a post, a card, an ad or a page: as they stand, line by line."""
    return Draft(
        subject=_plain(clean(subject)),
        text=_plain("\n".join(clean(line) for line in body.strip().splitlines())),
        button=_plain(clean(button)),
        alt=_plain(clean(alt)),
    )


def _plain(text: str) -> Template:
    marks = Marks(text)
    return marks.template(marks.put(text))


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
                still_open.append(Open(field.name.strip(), field.fallback or ""))
                return f"\x01{len(still_open) - 1}\x02"
            value = self.value(field)
            return quote(value, safe="") if in_address else value

        text = template.filled(fill_in)
        text = inert(_wrapped(text) if wrapped else text)
        return re.sub("\x01(\\d+)\x02", lambda m: written_open(still_open[int(m[1])]), text)

    def markup(self, template: Template, imprint: str = "") -> str:
        """HTML: what is filled in is escaped, braces too; the sender escapes what it fills in."""

        def fill_in(field: Field, in_address: bool) -> str:
            if field == IMPRINT:
                return escape(imprint)
            if self.is_open(field):
                return written_open(Open(field.name.strip(), field.fallback or ""))
            value = self.value(field)
            return quote(value, safe="") if in_address else escape(value)

        return template.filled(fill_in)

    def is_open(self, field: Field) -> bool:
        is_ours = field == typesetting.SOURCE
        return is_ours or (field.name in self.open_names and field.name in filling.FIELDS)

    def value(self, field: Field) -> str:
        """The seat's value, else the writer's fallback, else nothing (and it is missed)."""
        value = clean(self.values.get(field.name, "")) or field.fallback or ""
        if not value and field.name not in self.missing and field.name in filling.FIELDS:
            self.missing.append(field.name)
        return value


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
