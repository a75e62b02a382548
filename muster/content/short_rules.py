"""What keeps a post, a card, an ad or a page from going out (IMP-1, IMP-2, A11Y): plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from muster.content.rules import (
    MISSING,
    Campaigner,
    campaigner_problems,
    conduct_problems,
    stands_in,
)

LINK = "{{link}}"


@dataclass(frozen=True)
class Limits:
    """How the parts of a kind are called, how long each may be, and which must be there."""

    parts: dict[str, tuple[str, int]]
    needed: tuple[str, ...]
    takes_link: bool = False


LIMITS = {
    "post": Limits({"body": ("Post", 300)}, ("body",), takes_link=True),
    "card": Limits(
        {
            "subject": ("Headline", 90),
            "body": ("Line beneath", 160),
            "button": ("Call", 40),
            "alt": ("Alt text", 400),
        },
        ("subject", "alt"),
    ),
    "ad": Limits(
        {"subject": ("Headline", 40), "body": ("Ad text", 125), "button": ("Call", 25)},
        ("subject", "body", "button"),
    ),
    "page": Limits({"subject": ("Title", 120), "body": ("Page text", 5_000)}, ("subject", "body")),
}
ABSENT = {
    "alt": "Alt text missing: say what the card shows, for those who cannot see it",
    "body": "{what} missing: write what it says",
}


@dataclass(frozen=True)
class Brief:
    """All that is asked of one such cut. `used` and `missing` are names of fields."""

    kind: str
    subject: str
    body: str
    button: str
    alt: str
    has_link: bool
    used: frozenset[str]
    campaigner: Campaigner | None
    field_problems: Sequence[str] = ()
    missing: Sequence[str] = ()
    link_letters: int = 0
    """How long the link will be that stands for {link}: networks count it as it is written."""


def problems_in(brief: Brief) -> list[str]:
    """Every reason this cut may not go out; empty when it is ready. No seat is named in them."""
    said = f"{brief.subject}\n{brief.body}\n{brief.button}"
    problems = [
        *_lengths(brief),
        *brief.field_problems,
        *(MISSING.get(name, f"{{{name}}} is empty") for name in brief.missing),
        *campaigner_problems(brief.campaigner),
        *_fields_in_place(brief),
        *conduct_problems(said),
    ]
    return list(dict.fromkeys(problems))


def _lengths(brief: Brief) -> Iterable[str]:
    limits = LIMITS[brief.kind]
    for part, (what, most) in limits.parts.items():
        words = getattr(brief, part).replace(LINK, "x" * brief.link_letters).strip()
        if not words and part in limits.needed:
            yield ABSENT.get(part, "{what} missing").format(what=what)
        elif len(words) > most:
            yield f"{what} longer than {most:,} letters"


def _fields_in_place(brief: Brief) -> Iterable[str]:
    """Everyone reads the same: no first names; and a link only where one can be followed."""
    if "first_name" in brief.used:
        yield "{first_name} has no place here: everyone reads the same words"
    takes_link = LIMITS[brief.kind].takes_link
    if "link" in brief.used and not takes_link:
        yield "{link} has no place here: nobody could follow it"
    if takes_link and brief.body.strip() and not brief.has_link:
        yield "No link to the page: put {link} in the post"


def changed_imprint(cut: str, who: Campaigner) -> list[str]:
    """An imprint that was changed since the cut was made (IMP-2)."""
    is_same = stands_in(who.imprint, cut) and stands_in(cut, who.imprint)
    return [] if is_same else ["Imprint changed since: make it again"]
