"""The words a person is found by: folded alike when kept and when asked for."""

import re
import unicodedata
from collections.abc import Iterable

from muster.people.contacts import national_digits

MOST = 254
_PARTS = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\+?[0-9 ()./\u00a0-]*[0-9][0-9 ()./\u00a0-]*")
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)


def fold(text: str) -> str:
    """Small letters without accents: "Zoë Łukasz" becomes "zoe lukasz".

    Our own, as no database here may be relied on to have ICU.
    """
    small = text.casefold()
    if small.isascii():
        return small
    apart = unicodedata.normalize("NFKD", small)
    return "".join(c for c in apart if not unicodedata.combining(c)).translate(_LETTERS)


def parts_of(name: str) -> list[str]:
    """The parts of a name, and hyphened or apostrophed ones joined too.

    "Mary-Jane O'Neil" gives mary, jane, maryjane, o, neil, oneil.
    """
    folded = fold(name)
    if folded.isalnum():
        return [folded[:MOST]]
    found: list[str] = []
    for piece in folded.split():
        parts = _PARTS.findall(piece)
        found += parts
        if len(parts) > 1:
            found.append("".join(parts))
    return [part[:MOST] for part in found]


def words_of(given: str, family: str, email: str = "", phones: Iterable[str] = ()) -> list[str]:
    """Every word to keep for someone, each once. `email` and `phones` (E.164) as kept.

    An address counts whole and by the parts before its @; a number by its digits from abroad
    ("447700900123") and as dialled at home ("07700900123").
    """
    found = parts_of(given) + parts_of(family)
    if email:
        found.append(email[:MOST])
        found += _PARTS.findall(fold(email.partition("@")[0]))
    for phone in phones:
        found += (phone.lstrip("+"), national_digits(phone))
    return list(dict.fromkeys(found))


def folded_of(words: Iterable[str]) -> str:
    """`Person.folded`: the words between spaces, so that " wi" finds one that begins so."""
    return f" {' '.join(words)} "


def asked(text: str) -> list[list[str]]:
    """What someone typed into the search box, as beginnings of words: all of them must be there.

    Each is a list of spellings of which any will do: a number without its nought, for one.
    """
    typed = text.strip().replace("\x00", "")[:200]
    if _NUMBER.fullmatch(typed) and sum(map(str.isdigit, typed)) >= 3:
        return [_numbers(typed)]
    found: list[list[str]] = []
    for piece in typed.split():
        if "@" in piece.strip("@"):
            found.append([fold(piece)[:MOST]])
        else:
            found += [[part[:MOST]] for part in _PARTS.findall(fold(piece))]
    return found[:8]


def _numbers(typed: str) -> list[str]:
    digits = "".join(filter(str.isdigit, typed.replace("(0)", "")))
    if digits.startswith("00"):
        return [digits[2:]]
    if typed.startswith("+") or digits.startswith("0"):
        return [digits]
    return [digits, "0" + digits]
