"""Fields travelling through a reader of markup as words of letters and digits nobody writes."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from muster.content.filling import Field, parts_of

Fill = Callable[[Field, bool], str]


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


class Marks:
    """The marks of one master's fields. `whole` is all that is marked: the mark is made from it."""

    def __init__(self, whole: str) -> None:
        self.mark = f"q{sha256(whole.encode()).hexdigest()[:12]}x"
        self.fields: list[Field] = []

    def put(self, text: str) -> str:
        """Put a mark in place of each field. Stray braces stand for themselves."""
        return "".join(
            self.of(part)
            if isinstance(part, Field)
            else (part if isinstance(part, str) else part.brace)
            for part in parts_of(text)
        )

    def of(self, field: Field) -> str:
        """The mark of this field, one more for each time it is asked for."""
        self.fields.append(field)
        return f"{self.mark}{len(self.fields) - 1}x"

    def in_address(self, marked: str) -> str:
        """The same, its marks made those of fields inside a link."""
        return re.sub(f"({self.mark}\\d+)x", r"\1ux", marked)

    def template(self, marked: str) -> Template:
        """Cut finished markup or text at its marks."""
        found = re.split(f"{self.mark}(\\d+)(u?)x", marked)
        return Template(
            tuple(found[0::3]),
            tuple(self.fields[int(number)] for number in found[1::3]),
            tuple(bool(kind) for kind in found[2::3]),
        )


def escape(value: str) -> str:
    """Text as HTML, with no brace in it."""
    return no_braces(html.escape(value))


def no_braces(text: str) -> str:
    """HTML in which no brace stands: nothing in it reads as an open field."""
    return text.replace("{", "&#123;").replace("}", "&#125;")
