"""Fields in braces: reading them, filling them, and keeping everything else from looking like one.

Writers use single braces: `{seat}`, `{first_name|friend}`; `{{` stands for a brace itself. What is
still open in a finished cut has double braces: `{{first_name|friend}}`, `{{link}}`.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

FACTS = ("lead", "swing", "majority", "electorate", "region")
PER_PERSON = frozenset({"first_name", "link", "unsubscribe", "preferences"})
FIELDS = (
    "seat",
    "seat_local",
    "candidate",
    "date",
    "first_name",
    "link",
    *(f"fact:{name}" for name in FACTS),
)
# How like a field a word must be to be taken for it: a wrong guess would go out to thousands.
NEAR = 0.8
# What writers type for these fields, coming from other programs.
ALIASES = {
    **dict.fromkeys(("given", "given_name", "firstname", "name", "first"), "first_name"),
    "constituency": "seat",
}
WRITTEN = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")
STILL_OPEN = re.compile(
    r"\{\{(first_name|link|source|unsubscribe|preferences|seat)(?:\|([^{}\n]*))?\}\}"
)
# Invisible, and never breaks a line: keeps two literal braces from reading as an open field.
JOINER = "\u2060"
# Overrides of reading direction can make a name read as something else.
DIRECTION = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


@dataclass(frozen=True)
class Field:
    """A field as its writer put it; `fallback` is None when there is none."""

    name: str
    fallback: str | None = None


@dataclass(frozen=True)
class Stray:
    """A brace that opens or closes nothing."""

    brace: str


@dataclass(frozen=True)
class Open:
    """A field only the moment of sending can fill."""

    name: str
    fallback: str = ""


Part = str | Field | Stray


def parts_of(text: str) -> list[Part]:
    """Cut a writer's text into literals, fields and stray braces, in order."""
    parts: list[Part] = []
    end = 0
    for found in WRITTEN.finditer(text):
        parts.append(text[end : found.start()])
        parts.append(_part(found))
        end = found.end()
    parts.append(text[end:])
    return [part for part in parts if part != ""]


def _part(found: re.Match[str]) -> Part:
    written = found.group()
    if written in ("{{", "}}"):
        return written[0]
    if written in ("{", "}"):
        return Stray(written)
    name, bar, fallback = found.group(1).partition("|")
    return Field(name.strip(), clean(fallback) if bar else None)


def problems_with_fields(*texts: str) -> list[str]:
    """Name every field that cannot be filled, and the one that was probably meant."""
    found = (_problem(part) for text in texts for part in parts_of(text))
    return list(dict.fromkeys(problem for problem in found if problem))


def _problem(part: Part) -> str:
    if isinstance(part, Stray):
        return f"A {part.brace} stands alone: write {part.brace * 2} for a brace itself"
    if isinstance(part, str):
        return ""
    if part.name not in FIELDS:
        return unknown(part.name)
    if part.name == "first_name" and not part.fallback:
        return "Not everyone's first name is known: write {first_name|friend}, with the word to use"
    return ""


def unknown(name: str) -> str:
    """Say that a field does not exist, and which one is meant; all of them where that is unclear.

    >>> unknown("seats")
    '{seats} is not a field (did you mean {seat}?)'
    """
    typed = name.lower().replace(" ", "_")
    known = {field.split(":")[-1]: field for field in FIELDS} | {field: field for field in FIELDS}
    near = get_close_matches(typed, known, n=1, cutoff=NEAR)
    meant = ALIASES.get(typed) or (known[near[0]] if near else "")
    if meant:
        return f"{{{name}}} is not a field (did you mean {{{meant}}}?)"
    return f"{{{name}}} is not a field (choose from {', '.join(f'{{{f}}}' for f in FIELDS)})"


def clean(value: str) -> str:
    """One line, composed letters, no control characters and no overrides of direction."""
    one_line = " ".join(unicodedata.normalize("NFC", value).split())
    if one_line.isprintable():
        return one_line
    return "".join(c for c in one_line.translate(DIRECTION) if unicodedata.category(c) != "Cc")


def inert(text: str) -> str:
    """The same text, with no two braces together: nothing in it reads as an open field."""
    text = re.sub(r"\{(?=\{)", "{" + JOINER, text)
    return re.sub(r"\}(?=\})", "}" + JOINER, text)


def written_open(field: Open) -> str:
    """How an open field stands in a cut.

    >>> written_open(Open("first_name", "friend"))
    '{{first_name|friend}}'
    """
    return f"{{{{{field.name}|{field.fallback}}}}}" if field.fallback else f"{{{{{field.name}}}}}"


def split_open(text: str) -> tuple[list[str], list[Open]]:
    """Split a cut at its open fields: one literal more than fields, so senders can join bytes.

    >>> split_open("Dear {{first_name|friend}},")
    (['Dear ', ','], [Open(name='first_name', fallback='friend')])
    """
    pieces = STILL_OPEN.split(text)
    names, fallbacks = pieces[1::3], pieces[2::3]
    pairs = zip(names, fallbacks, strict=True)
    return pieces[0::3], [Open(name, fallback or "") for name, fallback in pairs]


SAMPLE = {
    "first_name": "Alex",
    "link": "#link",
    "source": "code",
    "unsubscribe": "#unsubscribe",
    "preferences": "#preferences",
    "seat": "Stroud",
}


def sampled(text: str, first_name: str = SAMPLE["first_name"]) -> str:
    """A cut as someone of this name would read it, for showing to its writer. "": name unknown.

    >>> sampled("Dear {{first_name|friend}},"), sampled("Dear {{first_name|friend}},", "")
    ('Dear Alex,', 'Dear friend,')
    """

    def fill_in(found: re.Match[str]) -> str:
        if found.group(1) != "first_name":
            return SAMPLE[found.group(1)]
        return first_name or found.group(2) or ""

    return STILL_OPEN.sub(fill_in, text)


def names_in(*texts: str) -> Iterable[str]:
    """Names of the fields a writer used."""
    return {part.name for text in texts for part in parts_of(text) if isinstance(part, Field)}
