"""The postcode book: every postcode with its seat and ward, in one file that is mapped, not read.

Processes on one machine share its pages. Layout: a header line of JSON (seats, wards, count), then
three arrays: 8-byte keys in order, 2-byte seat numbers, 2-byte ward numbers. Number 0 is "none".
"""

import json
import mmap
import os
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

VERSION = 1


class Seat(NamedTuple):
    """A seat as far as looking up postcodes needs it."""

    id: int
    code: str
    name: str
    slug: str


class Entry(NamedTuple):
    """What the book holds on one postcode; both empty for one that lies nowhere."""

    seat: Seat | None
    ward_id: int | None


class PostcodeBook:
    """Looks postcodes up by halving: 1.7 million take 21 steps."""

    def __init__(self, raw: "bytes | mmap.mmap") -> None:
        end = raw.find(b"\n")
        head = json.loads(raw[:end])
        if head["version"] != VERSION:
            raise ValueError("The book is of another version.")
        n = head["count"]
        start = end + 1 + -(end + 1) % 8
        view = memoryview(raw)
        self.keys: Sequence[int] = view[start : start + 8 * n].cast("Q")
        self._seat = view[start + 8 * n : start + 10 * n].cast("H")
        self._ward = view[start + 10 * n : start + 12 * n].cast("H")
        self._seats = [None, *(Seat(*s) for s in head["seats"])]
        self._wards = [None, *head["wards"]]
        self._end = n

    def __len__(self) -> int:
        return len(self.keys)

    def get(self, code: str) -> Entry | None:
        """The entry under this very code; None if the book hasn't got it."""
        # As a number in base 36; the leading 1 keeps leading zeros apart.
        key = int("1" + code, 36)
        at = bisect_left(self.keys, key)
        if at == self._end or self.keys[at] != key:
            return None
        return Entry(self._seats[self._seat[at]], self._wards[self._ward[at]])


def bind(rows: Iterable[tuple[str, int | None, int | None]], seats: Iterable[Seat]) -> bytes:
    """Make a book of (code, seat id, ward id). Rows come shortest code first, then by alphabet.

    Raises `ValueError` on rows out of order: the book would not find what it holds.
    """
    shelf = list(seats)
    seat_number: dict[int | None, int] = {s.id: n for n, s in enumerate(shelf, 1)}
    ward_number: dict[int | None, int] = {None: 0}
    keys, seat_of, ward_of = array("Q"), array("H"), array("H")
    last = 0
    for code, seat, ward in rows:
        key = int("1" + code, 36)
        if key <= last:
            raise ValueError(f"{code} is out of order.")
        keys.append(key)
        seat_of.append(seat_number.get(seat, 0))
        ward_of.append(ward_number.setdefault(ward, len(ward_number)))
        last = key
    head = {"version": VERSION, "count": len(keys), "seats": shelf, "wards": list(ward_number)[1:]}
    line = json.dumps(head).encode() + b"\n"
    return line + bytes(-len(line) % 8) + b"".join(a.tobytes() for a in (keys, seat_of, ward_of))


def put_away(raw: bytes, path: Path) -> None:
    """Write a book so that readers find the whole of it or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(raw)
    fresh.replace(path)


def take_down(path: Path) -> PostcodeBook:
    """Map a book. Raises `OSError` where there is none, `ValueError` where it can't be read."""
    with path.open("rb") as file:
        return PostcodeBook(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
