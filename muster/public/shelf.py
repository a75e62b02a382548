"""What the pages show, kept ready: read again every two seconds, drawn again when it changed."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import datetime

from muster.actions import leads, pages
from muster.actions.pages import Seat, Shown
from muster.lib.gzipped import Filled
from muster.lib.times import now
from muster.public.database import AWAY, in_room

FRESH = 2.0
"""Seconds for which a page is served as it was read."""
STALE = 10.0
"""Seconds after which a visitor waits for the reading instead of getting the page as it was."""
MOST_ABSENT = 2000


@dataclass
class Kept:
    """One page as read last, and its drawings by seat slug ("" for none)."""

    shown: Shown | None
    read_at: float
    drawn: dict[str, Filled] = field(default_factory=dict)


@dataclass
class Seats:
    """Every seat, by slug, by id and by code."""

    all: tuple[Seat, ...] = ()
    by_slug: dict[str, Seat] = field(default_factory=dict)
    by_id: dict[int, Seat] = field(default_factory=dict)
    read_at: float = 0.0

    @classmethod
    def of(cls, seats: tuple[Seat, ...], at: float) -> "Seats":
        return cls(seats, {s.slug: s for s in seats}, {s.id: s for s in seats}, at)


class Shelf:
    """Pages and seats. While the database is away, what was read last is still there."""

    def __init__(self) -> None:
        self.seats = Seats()
        self._kept: dict[tuple[str, str], Kept] = {}
        self._reading: dict[tuple[str, str], asyncio.Task[Kept]] = {}
        self._owners: dict[tuple[int, int | None], tuple[float, str]] = {}

    async def page(self, organisation: str, slug: str) -> Kept:
        """The page, open or not. Raises one of `AWAY` when it was never read and cannot be."""
        key = (organisation, slug)
        kept = self._kept.get(key)
        age = time.monotonic() - kept.read_at if kept else STALE
        if kept and age < FRESH:
            return kept
        reading = self._reading.get(key)
        if reading is None:
            reading = asyncio.create_task(self._read(key))
            self._reading[key] = reading
            reading.add_done_callback(lambda task: self._done(key, task))
        if kept and kept.shown and age < STALE:
            return kept
        try:
            return await asyncio.shield(reading)
        except AWAY:
            if kept and kept.shown:
                return kept
            raise

    async def owner(self, organisation_id: int, seat_id: int | None) -> str:
        """First name of whoever follows up volunteers here; empty: nobody, or nobody can say."""
        key = (organisation_id, seat_id)
        until, name = self._owners.get(key, (0.0, ""))
        if time.monotonic() >= until:
            name = await in_room(owners_name, organisation_id, seat_id, now())
            self._owners[key] = (time.monotonic() + 30, name)
        return name

    async def _read(self, key: tuple[str, str]) -> Kept:
        began = time.monotonic()
        if began - self.seats.read_at > 60 or not self.seats.all:
            self.seats = Seats.of(await in_room(pages.all_seats), began)
            self._kept.clear()
        shown = await in_room(pages.shown, *key)
        kept = self._kept.get(key)
        if kept and kept.shown == shown:
            kept.read_at = began
            return kept
        if shown is None and sum(k.shown is None for k in self._kept.values()) > MOST_ABSENT:
            self._kept = {k: v for k, v in self._kept.items() if v.shown}
        self._kept[key] = Kept(shown, began)
        return self._kept[key]

    def _done(self, key: tuple[str, str], task: "asyncio.Task[Kept]") -> None:
        self._reading.pop(key, None)
        if not task.cancelled():
            task.exception()  # said to whoever waited; nobody may have


def owners_name(organisation_id: int, seat_id: int | None, at: datetime) -> str:
    found = leads.owner_for(organisation_id, seat_id, at=at)
    return found[1].split()[0] if found and found[1].split() else ""
