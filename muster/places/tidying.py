"""A postcode of the United Kingdom as people type it, put right where there is only one way."""

import re
import unicodedata

# Where in the first half a letter or a digit can stand, by the post office's own rules: no district
# begins with a zero where a single letter leads, and neither O nor I closes one.
OUTWARD = re.compile(
    r"[A-PR-UWYZ](?:[1-9][0-9]?|[A-HK-Y][0-9][0-9]?|[1-9][A-HJKPSTUW]|[A-HK-Y][1-9][A-HJ-NP-Z])"
)
LOOSELY = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?|GIR")
INWARD = re.compile(r"[0-9][A-Z]{2}")
AS_LETTER = {"0": "O", "1": "I"}
AS_DIGIT = {"O": "0", "I": "1"}
NOISE = re.compile(r"[\s.,\-–—_'\"*]+")
SHORTEST, LONGEST = 5, 7


def plain(text: str) -> str:
    """Capitals and digits only: spaces, dots and dashes go, wide characters become plain ones."""
    return NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()


def put_right(text: str) -> str | None:
    """The postcode without its space, O and 0, I and 1 set right; None if it can't be one.

    A change is made only where a letter cannot stand and a digit can, or the reverse. What merely
    looks like a postcode ("ZZ99 9ZZ") is one as far as this goes; the book knows better.
    """
    code = plain(text)
    if not (SHORTEST <= len(code) <= LONGEST and code.isascii() and code.isalnum()):
        return None
    inward = AS_DIGIT.get(code[-3], code[-3]) + "".join(AS_LETTER.get(c, c) for c in code[-2:])
    if not INWARD.fullmatch(inward):
        return None
    fitting = [o for o in _readings(code[:-3]) if OUTWARD.fullmatch(o)]
    if fitting:
        return fitting[0] + inward
    return code[:-3] + inward if LOOSELY.fullmatch(code[:-3]) else None


def _readings(outward: str) -> list[str]:
    """Every way to read the first half, fewest changes first."""
    readings = [""]
    for c in outward:
        other = AS_LETTER.get(c) or AS_DIGIT.get(c)
        readings = [r + x for r in readings for x in ((c, other) if other else (c,))]
    return sorted(readings, key=lambda r: sum(a != b for a, b in zip(r, outward, strict=True)))


def is_first_half(text: str) -> bool:
    """Did they stop after the first half?"""
    return OUTWARD.fullmatch(plain(text)) is not None


def spaced(code: str) -> str:
    """As it is written on an envelope: "GL5 1AA"."""
    return f"{code[:-3]} {code[-3:]}"
