"""What is compared when two people are held against each other, worked out once for each.

Also the blocks someone stands in: only people of one block are compared at all.
"""

import csv
import re
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import jellyfish

from muster.people.words import fold

FILES = Path(__file__).parents[1] / "files"
_WORDS = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans("", "", "'’`")
TITLES = {
    "mr": "m",
    "mrs": "f",
    "miss": "f",
    "ms": "f",
    "dr": "",
    "rev": "",
    "cllr": "",
    "prof": "",
}
GENERATIONS = {"jr": "junior", "jnr": "junior", "junior": "junior", "ii": "junior"} | {
    "sr": "senior", "snr": "senior", "senior": "senior", "iii": "third"
}  # fmt: skip
ROLES = {"info", "admin", "office", "contact", "hello", "mail", "enquiries", "secretary", "family"}
FLAT = re.compile(r"\b(?:flat|apartment|apt|unit|no|number)\b\.?")
SHORTEST_MAILBOX = 5
TELLING = 4
"""So many letters or digits before the @ beyond someone's name make it theirs alone."""
YEAR = re.compile(r"(?:19|20)\d\d")
"""But not a year: many a John Smith was born in 1980."""


class Known(NamedTuple):
    """What we know of someone. E-mails in lower case, phones as E.164, `seat` its id."""

    id: int
    given: str = ""
    family: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    postcode: str = ""
    address: str = ""
    born: date | None = None
    seat: int | None = None


class Mailbox(NamedTuple):
    """What stands before the @: does it tell more than a name, and does it say both in full?"""

    is_own: bool
    is_full: bool


@dataclass(frozen=True, slots=True)
class Traits:
    """The same, made ready to be compared.

    `mailboxes`: by what stands before the @, without dots. The address is read when two of one
    postcode are compared.
    """

    id: int
    given: tuple[str, ...]
    family: str
    family_parts: tuple[str, ...]
    family_sound: str
    title: str
    generation: str
    mobiles: frozenset[str]
    landlines: frozenset[str]
    mailboxes: dict[str, Mailbox]
    postcode: str
    address: str
    born: date | None
    seat: int | None

    @property
    def street(self) -> str:
        """The first line, or two of them where the first only names a flat."""
        lines = [" ".join(_WORDS.findall(fold(part))) for part in self.address.split(",")]
        lines = [line for line in lines if line]
        if lines and (FLAT.search(lines[0]) or lines[0].isdigit()):
            return " ".join(lines[:2])
        return lines[0] if lines else ""

    @property
    def house(self) -> str:
        """The numbers of the address, else its first line."""
        street = self.street
        numbers = [w for w in FLAT.sub(" ", street).split() if any(c.isdigit() for c in w)]
        return " ".join(sorted(numbers)) or street


def traits_of(known: Known) -> Traits:
    given, family, marks = _split(known.given, known.family)
    numbers = frozenset(known.phones)
    mobiles = frozenset(n for n in numbers if n.startswith("+447") and not n.startswith("+4470"))
    joined = "".join(family)
    return Traits(
        id=known.id,
        given=given,
        family=joined,
        family_parts=family,
        family_sound=_sound(joined),
        title=next((TITLES[m] for m in marks if TITLES.get(m)), ""),
        generation=next((GENERATIONS[m] for m in marks if m in GENERATIONS), ""),
        mobiles=mobiles,
        landlines=numbers - mobiles,
        mailboxes=dict(filter(None, (_mailbox(e, given, joined) for e in known.emails))),
        postcode=known.postcode.replace(" ", "").upper(),
        address=known.address,
        born=known.born,
        seat=known.seat,
    )


def _split(given: str, family: str) -> tuple[tuple[str, ...], tuple[str, ...], list[str]]:
    """The words of both names, and what is no name among them (titles, Junior)."""
    first = _WORDS.findall(fold(given.translate(_APOSTROPHES)))
    last = _WORDS.findall(fold(family.translate(_APOSTROPHES)))
    marks = [w for w in (*first, *last) if w in TITLES or w in GENERATIONS]
    if marks:
        first = [w for w in first if w not in marks] or first
        last = [w for w in last if w not in marks] or last
    return tuple(first), tuple(last), marks


def _mailbox(email: str, given: tuple[str, ...], family: str) -> tuple[str, Mailbox] | None:
    name = email.partition("@")[0].partition("+")[0]
    plain = "".join(_WORDS.findall(fold(name)))
    if len(plain) < SHORTEST_MAILBOX or plain in ROLES:
        return None
    rest = plain
    for word in sorted((family, *given), key=len, reverse=True):
        rest = rest.replace(word, "", 1)
    is_own = len(rest) >= TELLING and any(c.isdigit() for c in rest) and not YEAR.fullmatch(rest)
    first = given[0] if given else ""
    is_full = len(first) > 2 and len(family) > 1 and first in plain and family in plain
    return plain, Mailbox(is_own or len(rest) >= 2 * TELLING, is_full)


@lru_cache(200_000)
def _sound(name: str) -> str:
    return jellyfish.metaphone(name) or name


@cache
def _formal() -> dict[str, frozenset[str]]:
    """Each short or variant name with the full names it may stand for."""
    found: dict[str, set[str]] = {}
    with (FILES / "nicknames.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for name in (row["formal"], *row["others"].split()):
                found.setdefault(name, set()).add(row["formal"])
    return {name: frozenset(formals) for name, formals in found.items()}


def formal_names(name: str) -> frozenset[str]:
    """The full names it may stand for: "bob" robert; "alex" alexander and alexandra."""
    return _formal().get(name) or frozenset((name,))


@cache
def _given_names() -> frozenset[str]:
    with (FILES / "uk_names.csv").open(encoding="utf-8", newline="") as file:
        listed = {fold(r["name"]) for r in csv.DictReader(file) if r["kind"] == "given"}
    return frozenset(listed | _formal().keys())


def is_a_given_name(name: str) -> bool:
    """Is it a name of its own? One letter apart from another such name is another person."""
    return name in _given_names()


def blocks_of(t: Traits) -> set[tuple[str, int]]:
    """The blocks someone stands in, each a kind and a number made of what it is about."""
    found: list[tuple[str, str]] = [("phone", n) for n in (*t.mobiles, *t.landlines)]
    found += [("e-mail", name) for name in t.mailboxes]
    initials = {name[0] for word in t.given[:1] for name in formal_names(word) | {word}}
    if t.postcode:
        found += [("postcode", f"{t.postcode} {initial}") for initial in initials]
        if t.family and t.given:
            both = "".join(sorted((t.family[0], t.given[0][0])))
            found.append(("postcode", f"{t.postcode} {both}"))
    if t.family_sound and t.seat:
        found += [("name and seat", f"{t.seat} {t.family_sound} {i}") for i in initials]
    if t.family_sound and t.born:
        found.append(("born", f"{t.born:%Y%m%d} {t.family_sound}"))
    # Numbers of this process only: the tables they stand in are gone before it is.
    return {(kind, hash(f"{kind} {text}")) for kind, text in found}
