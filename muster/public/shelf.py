"""What the pages show, kept ready: read again every second or so, drawn again when it changed."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Generic, TypeVar

from muster.actions import leads, notices, pages
from muster.actions.pages import Seat, Shown
from muster.lib.gzipped import Filled
from muster.lib.times import now
from muster.public.database import AWAY, in_room

FRESH = 1.0
"""Seconds after which a thing is read again, for whoever comes next."""
STALE = 1.8
"""Seconds after which a visitor waits for the reading instead of getting it as it was: what goes
live is seen within two."""
PATIENCE = 1.0
"""Seconds they wait at most while it was read before: a database that hangs holds up nobody."""

T = TypeVar("T")


class Reading(Generic[T]):
    """One thing read from the database again and again, by one reader however many ask."""

    def __init__(self, read: Callable[[], Awaitable[T]], fresh: float = FRESH) -> None:
        self._read, self._fresh = read, fresh
        self._value: T | None = None
        self._read_at: float | None = None
        self._running: asyncio.Task[T] | None = None

    async def value(self) -> T:
        """As read last. Raises one of `AWAY` when it was never read and cannot be."""
        age = inf if self._read_at is None else time.monotonic() - self._read_at
        if age >= self._fresh and (self._running is None or self._running.done()):
            self._running = asyncio.create_task(self._again())
            self._running.add_done_callback(_heard)
        if age >= max(STALE, self._fresh) and self._running is not None:
            try:
                reading = asyncio.shield(self._running)
                await asyncio.wait_for(reading, None if self._read_at is None else PATIENCE)
            except (*AWAY, TimeoutError):
                if self._read_at is None:
                    raise
        return self._value  # type: ignore[return-value]

    async def _again(self) -> T:
        began = time.monotonic()
        value = await self._read()
        if value != self._value:
            self._value = value
        self._read_at = began
        return value


def _heard(task: "asyncio.Task[object]") -> None:
    if not task.cancelled():
        task.exception()  # said to whoever waited; nobody may have


@dataclass
class Kept:
    """One page as read last, and its drawings by seat slug ("" for none)."""

    shown: Shown | None = None
    drawn: dict[str, Filled] = field(default_factory=dict)


@dataclass(frozen=True)
class Seats:
    """Every seat, by slug and by id."""

    all: tuple[Seat, ...] = ()
    by_slug: dict[str, Seat] = field(default_factory=dict)
    by_id: dict[int, Seat] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """The addresses that lead anywhere: any other is answered from memory alone."""

    pages: frozenset[tuple[str, str]]
    notices: frozenset[str]


class Shelf:
    """Pages, notices and seats. While the database is away, what was read last is still there."""

    def __init__(self) -> None:
        self.seats = Seats()
        self._seats = Reading(lambda: in_room(pages.all_seats), fresh=60.0)
        self._known = Reading(lambda: in_room(known))
        self._pages: dict[tuple[str, str], tuple[Reading[Shown | None], Kept]] = {}
        self._notices: dict[str, Reading[notices.Shown | None]] = {}
        self._owners: dict[tuple[int, int | None], tuple[float, str]] = {}

    async def page(self, organisation: str, slug: str) -> Kept:
        """The page, open or not. Raises one of `AWAY` when it was never read and cannot be."""
        key = (organisation, slug)
        if key not in (await self._known.value()).pages:
            return Kept()
        seats = await self._seats.value()
        if seats != self.seats.all:
            self.seats = Seats(seats, {s.slug: s for s in seats}, {s.id: s for s in seats})
            self._pages.clear()
        if key not in self._pages:
            self._pages[key] = (Reading(lambda: in_room(pages.shown, *key)), Kept())
        reading, kept = self._pages[key]
        shown = await reading.value()
        if kept.shown is not shown:
            kept.shown, kept.drawn = shown, {}
        return kept

    async def notice(self, organisation: str) -> notices.Shown | None:
        """An organisation's newest notice. Raises as `page` does."""
        if organisation not in (await self._known.value()).notices:
            return None
        if organisation not in self._notices:
            self._notices[organisation] = Reading(lambda: in_room(notices.shown, organisation))
        return await self._notices[organisation].value()

    async def owner(self, organisation_id: int, seat_id: int | None) -> str:
        """First name of whoever follows up volunteers here; empty: nobody does."""
        key = (organisation_id, seat_id)
        until, name = self._owners.get(key, (0.0, ""))
        if time.monotonic() >= until:
            name = await in_room(owners_name, organisation_id, seat_id, now())
            self._owners[key] = (time.monotonic() + 30, name)
        return name


def known() -> Known:
    return Known(pages.open_addresses(), notices.published_by())


def owners_name(organisation_id: int, seat_id: int | None, at: datetime) -> str:
    found = leads.owner_for(organisation_id, seat_id, at=at)
    return found[1].split()[0] if found and found[1].split() else ""
