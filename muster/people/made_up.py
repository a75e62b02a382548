"""Making up supporters: a seed in, the same people out. Nobody here is real or can be reached.

E-mail domains are reserved (RFC 2606), mobiles are Ofcom's numbers for drama, postcodes are real.
"""

import csv
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import NamedTuple

FILES = Path(__file__).parent / "files"
BLOCK = 5_000
MOBILES = 1_000
SIZES = (0.55, 0.88, 0.97, 1.0)  # homes of one, two, three and four: 1.6 people on average
FORMS = ("Join form", "Street stall", "Doorstep", "Petition: save our buses", "Town hall meeting")
DOMAINS = ("example.org", "example.com", "example.net")


class Home(NamedTuple):
    """Where a postcode is."""

    postcode: str
    ward_id: int | None


@dataclass(frozen=True)
class Land:
    """Seats weighted by electorate, and their postcodes; in Northern Ireland there are none."""

    seats: Sequence[int]
    reaches: Sequence[float]  # running totals of the weights
    homes: dict[int, list[Home]]

    def draw(self, random: Random) -> tuple[int, Home | None]:
        seat = self.seats[bisect(self.reaches, random.random() * self.reaches[-1])]
        homes = self.homes.get(seat)
        return seat, homes[int(random.random() * len(homes))] if homes else None


class Said(NamedTuple):
    """One consent or its withdrawal."""

    channel: str
    is_given: bool
    source: str
    at: datetime


@dataclass
class MadeUp:
    """One made-up supporter; `number` is theirs alone in the whole list."""

    number: int
    given_name: str
    family_name: str
    email: str
    phone: str
    address: str
    postcode: str
    seat_id: int | None
    seat_how: str
    ward_id: int | None
    joined_at: datetime
    said: list[Said] = field(default_factory=list)
    is_suppressed: bool = False


def block(seed: int, index: int, land: Land, at: datetime) -> Iterator[MadeUp]:
    """The people numbered from `index * BLOCK`, home by home: always the same for a seed."""
    random = Random(f"{seed}:{index}")  # noqa: S311 (nothing here is secret)
    number, end = index * BLOCK, (index + 1) * BLOCK
    while number < end:
        size = min(1 + bisect(SIZES, random.random()), end - number)
        yield from _household(random, number, size, land, at)
        number += size


def _household(
    random: Random, number: int, size: int, land: Land, at: datetime
) -> Iterator[MadeUp]:
    family = _family(random)
    seat: int | None
    seat, home = land.draw(random)
    address, how = "", "said"
    if home:
        address, how = f"{1 + int(random.random() * 180)} {_one_of(random, streets())}", "postcode"
    elif random.random() < 0.3:
        address = f"{1 + int(random.random() * 180)} {_one_of(random, streets())}"
    if random.random() < 0.006:  # a few never said where they live
        seat, home, address, how = None, None, "", ""
    for n in range(number, number + size):
        shares_name = random.random() < 0.85
        joined = at - timedelta(seconds=int(random.random() ** 2 * 3 * 365 * 86_400) + 86_400)
        person = MadeUp(
            number=n,
            given_name=_given(random),
            family_name=family if shares_name else _family(random),
            email="",
            phone=mobile(n),
            address=address,
            postcode=home.postcode if home else "",
            seat_id=seat,
            seat_how=how,
            ward_id=home.ward_id if home else None,
            joined_at=joined,
        )
        if random.random() < 0.96:
            person.email = _email(random, person)
        _decide(random, person, at)
        yield person


def mobile(number: int) -> str:
    """Every tenth of the first 10,000 people has one of the thousand numbers; nobody else."""
    if number % 10 == 3 and number < 10 * MOBILES:
        return f"+447700900{number // 10:03}"
    return ""


def _email(random: Random, person: MadeUp) -> str:
    """An address of theirs alone: it ends in their number, written short."""
    given = _plain(person.given_name)
    family = _plain(person.family_name)
    local = (f"{given}.{family}", f"{given}{family}", f"{given[0]}.{family}", f"{family}.{given}")
    return f"{_one_of(random, local)}.{_short(person.number)}@{_one_of(random, DOMAINS)}"


def _decide(random: Random, person: MadeUp, at: datetime) -> None:
    """What they allow: about 70 in 100 e-mail, 40 texts of those with a mobile; some stop later."""
    source = _one_of(random, FORMS)
    since = (at - person.joined_at).total_seconds()
    for channel, has, share in (
        ("email", person.email, 0.77),
        ("sms", person.phone, 0.42),
        ("call", person.phone, 0.25),
        ("post", person.postcode, 0.12),
    ):
        if not has or random.random() > share:
            continue
        person.said.append(Said(channel, True, source, person.joined_at))
        if random.random() < 0.05:
            later = person.joined_at + timedelta(seconds=int(random.random() * since))
            person.said.append(Said(channel, False, "Unsubscribe link", later))
            person.is_suppressed |= channel == "email" and random.random() < 0.4


def _given(random: Random) -> str:
    names, reaches = given_names()
    return names[bisect(reaches, random.random() * reaches[-1])]


def _family(random: Random) -> str:
    names, reaches = family_names()
    return names[bisect(reaches, random.random() * reaches[-1])]


def _one_of(random: Random, among: Sequence[str]) -> str:
    return among[int(random.random() * len(among))]


@cache
def _plain(name: str) -> str:
    return "".join(c for c in name.lower() if c.isascii() and c.isalpha())


def _short(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    out = ""
    while number:
        number, rest = divmod(number, 36)
        out = digits[rest] + out
    return out or "0"


@cache
def given_names() -> tuple[list[str], list[float]]:
    """Given names with running weights. The list has none, so a few are made common by lot."""
    lot = Random("given names")  # noqa: S311 (nothing here is secret)
    names = [row["name"] for row in _rows("uk_names.csv") if row["kind"] == "given"]
    return names, list(accumulate(lot.lognormvariate(0, 0.9) for _ in names))


@cache
def family_names() -> tuple[list[str], list[float]]:
    """Family names with running weights: how common each really is."""
    rows = [row for row in _rows("uk_names.csv") if row["kind"] == "family"]
    return [row["name"] for row in rows], list(accumulate(float(r["weight"] or 0) for r in rows))


@cache
def streets() -> list[str]:
    return [row["street_name"] for row in _rows("uk_common_street_names.csv")]


def _rows(name: str) -> list[dict[str, str]]:
    with (FILES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
