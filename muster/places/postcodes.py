"""Which seat a postcode lies in, for pages, imports and the public app alike.

`find` needs neither the ORM nor the network: it reads the postcode book, a file built from the
table and mapped by every process. The book is looked at afresh once a minute, in the background.
"""

import hashlib
import logging
import threading
import time
from pathlib import Path
from typing import Any, Literal, NamedTuple

import psycopg
from django.conf import settings

from muster.lib.conninfo import conninfo_of
from muster.places import tidying
from muster.places.book import Entry, PostcodeBook, Seat, bind, put_away, take_down

Kind = Literal["found", "unknown", "malformed", "seatless", "northern_ireland"]
FRESH_FOR = 60.0
SAY_IT = "Choose your constituency instead."
ELSEWHERE = ("JE", "GY", "IM")

log = logging.getLogger(__name__)


class Found(NamedTuple):
    """The answer to one postcode. `postcode` is spaced as on an envelope, or as it was typed."""

    kind: Kind
    postcode: str
    seat: Seat | None = None
    ward_id: int | None = None

    @property
    def seat_id(self) -> int | None:
        return self.seat.id if self.seat else None

    @property
    def words(self) -> str:
        """The answer as one honest sentence or two, for the person who typed it."""
        if self.seat:
            return f"{self.postcode} is in {self.seat.name}."
        if self.kind == "northern_ireland":
            return (
                f"{self.postcode} is in Northern Ireland, whose postcodes aren't open for us to"
                f" look up. {SAY_IT}"
            )
        if self.kind == "seatless":
            return f"{self.postcode} is a real postcode, but the list gives it no seat. {SAY_IT}"
        if self.kind == "malformed":
            return _why_malformed(self.postcode)
        if self.postcode.startswith(ELSEWHERE):
            return f"{self.postcode} isn't in the United Kingdom, so no seat goes with it."
        return (
            f"We don't know {self.postcode}. It may be mistyped, or newer than our list. {SAY_IT}"
        )


def _why_malformed(typed: str) -> str:
    if not typed:
        return "No postcode was given."
    if tidying.is_first_half(typed):
        return f"{typed} is only the first half of a postcode: add the second, like “1AA”."
    return f"“{typed}” isn't a postcode. One looks like GL5 1AA."


def find(text: str) -> Found:
    """Look a postcode up, however it was typed. Never guesses: see `tidying.put_right`."""
    book = _shelf.book()
    code = text.replace(" ", "").upper()
    if code.isalnum() and code.isascii() and (entry := book.get(code)):
        return _found(code, entry)
    right = tidying.put_right(text)
    if right is None:
        return Found("malformed", " ".join(text.split())[:20])
    if entry := book.get(right):
        return _found(right, entry)
    if right[:2] == "BT":
        return Found("northern_ireland", tidying.spaced(right))
    return Found("unknown", tidying.spaced(right))


def _found(code: str, entry: Entry) -> Found:
    seat, ward_id = entry
    return Found("found" if seat else "seatless", f"{code[:-3]} {code[-3:]}", seat, ward_id)


class _Shelf:
    """The book in use, and when it was last compared with the table."""

    def __init__(self) -> None:
        self._book: PostcodeBook | None = None
        self._edition = ""
        self._look_again = 0.0
        self._lock = threading.Lock()
        self.pinned = False

    def book(self) -> PostcodeBook:
        if self._book is None:
            self.look()
        elif time.monotonic() > self._look_again and not self.pinned:
            self._look_again = time.monotonic() + FRESH_FOR
            threading.Thread(target=self._look_quietly, daemon=True).start()
        assert self._book is not None
        return self._book

    def use(self, book: PostcodeBook | None, *, pinned: bool = False) -> None:
        """Answer from this book; from the table's own again after `use(None)`."""
        self._book, self._edition, self.pinned = book, "", pinned

    def look(self) -> None:
        """Compare with the table; build and map its book if it is another edition."""
        with self._lock, psycopg.connect(_where()) as connection:
            edition = _edition(connection)
            if self._book is None or edition != self._edition:
                self._book, self._edition = _book_of(edition, connection), edition
            self._look_again = time.monotonic() + FRESH_FOR

    def _look_quietly(self) -> None:
        """With the database away, the book we have still answers."""
        try:
            self.look()
        except (psycopg.Error, OSError) as error:
            log.warning("The postcode book could not be compared with the table: %s", error)


_shelf = _Shelf()
use = _shelf.use


def open_book() -> PostcodeBook:
    """The table's book, built now if need be: processes call it before they serve."""
    _shelf.look()
    return _shelf.book()


def _where() -> str:
    """The database as psycopg wants it told, tests' own database included."""
    return conninfo_of(settings.DATABASES["default"], connect_timeout=5)


def _edition(connection: psycopg.Connection[Any]) -> str:
    """A name for what the tables hold now: another database or another loading is another."""
    row = connection.execute(
        "SELECT current_database(), (SELECT oid FROM pg_database WHERE datname ="
        " current_database()), max(id), max(loaded_at), count(*) FROM places_loading"
    ).fetchone()
    return hashlib.sha256(repr(row).encode()).hexdigest()[:16]


def _book_of(edition: str, connection: psycopg.Connection[Any]) -> PostcodeBook:
    path = Path(settings.VAR) / "postcodes" / f"{edition}.book"
    try:
        return take_down(path)
    except (OSError, ValueError):
        put_away(_bound(connection), path)
        _clear_out(path)
        return take_down(path)


def _bound(connection: psycopg.Connection[Any]) -> bytes:
    seats = connection.execute("SELECT id, code, name, slug FROM places_place WHERE kind = 'seat'")
    shelf = [Seat(*row) for row in seats]
    # In portions: the whole answer at once would be larger than the book.
    with connection.cursor("postcodes", binary=True) as cursor:
        cursor.itersize = 20_000
        cursor.execute(
            "SELECT code, seat_id, ward_id FROM places_postcode ORDER BY length(code), code"
        )
        return bind(cursor, shelf)


def _clear_out(kept: Path) -> None:
    """Old editions go; a process that still maps one keeps its pages."""
    for book in kept.parent.glob("*.book"):
        if book != kept:
            book.unlink(missing_ok=True)
