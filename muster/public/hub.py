"""What happens, told once to all who watch: one look at the database for any number of viewers."""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from muster.actions import facts
from muster.lib.tickets import Ticket
from muster.organisations.scoping import acting_for
from muster.public.database import AWAY, Database, in_room
from muster.public.looks import BY_CHANGES, LOOKS, Look, changes

LOOK_EVERY = 0.4
TELL_EVERY = 1.0
REST = 3.0
MOST_WAITING = 200
Watched = tuple[str, int, int]
"""Kind of ticket, number, organisation."""
log = logging.getLogger(__name__)

# Below the oldest running transaction nothing can appear any more, so nothing is skipped and
# nothing told twice; two days keep the look within one or two months' partitions. Each
# organisation's are looked for by themselves: the database shows one at a time.
ARRIVALS_SQL = f"""
SELECT fact.xid::text, fact.id, fact.organisation_id, fact.place_id,
    place.code, place.name, person.given_name, lead.id, fact.at
FROM journal_fact AS fact
    JOIN actions_lead AS lead ON lead.action_id = fact.about_id
    JOIN people_person AS person ON person.id = fact.person_id
    LEFT JOIN places_place AS place ON place.id = fact.place_id
WHERE fact.organisation_id = %(organisation)s
    AND fact.kind = '{facts.VOLUNTEERED}' AND fact.at > now() - interval '2 days'
    AND fact.xid >= %(from)s::text::xid8 AND fact.xid < %(edge)s::text::xid8
    AND (fact.xid, fact.id) > (%(after_xid)s::text::xid8, %(after_id)s)
ORDER BY fact.xid, fact.id LIMIT 1000"""
ACCESS_SQL = """
SELECT id, access_changed_at FROM organisations_member
WHERE id = ANY(%(members)s) AND access_changed_at IS NOT NULL"""
# A change is known from when it began, and holds from when it was committed.
COMMITTED_WITHIN = timedelta(seconds=5)
EDGE_SQL = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text"


@dataclass(frozen=True)
class Event:
    """One event as it goes over the wire; `place_id` decides who may see it."""

    name: str
    text: str
    id: str = ""
    organisation_id: int = 0
    place_id: int | None = None

    def wire(self) -> bytes:
        mark = f"id: {self.id}\n" if self.id else ""
        return f"{mark}event: {self.name}\ndata: {self.text}\n\n".encode()


EXPIRED = Event("expired", "{}")


@dataclass
class Told:
    """What the viewers of one thing are told; `number` counts its changes.

    Who has seen the one before is told only the seats that changed; who has seen this, nothing.
    """

    kind: str
    number: int
    values: dict[str, Any]
    before: dict[str, Any] | None = None

    @classmethod
    def after(cls, last: "Told | None", kind: str, values: dict[str, Any]) -> "Told":
        if last is None or kind not in BY_CHANGES:
            return cls(kind, last.number + 1 if last else 1, values)
        if values == last.values:
            return last
        return cls(kind, last.number + 1, values, last.values)

    @cached_property
    def whole(self) -> Event:
        return Event(self.kind, json.dumps(self.values, separators=(",", ":")))

    @cached_property
    def change(self) -> Event:
        told = changes(self.before or {}, self.values)
        return Event(self.kind, json.dumps(told, separators=(",", ":")))


@dataclass(eq=False)
class Viewer:
    """One open page. What waits is bounded: one that cannot keep up is let go, and comes again."""

    ticket: Ticket
    seen: int = 0
    waiting: "asyncio.Queue[Event | None]" = field(
        default_factory=lambda: asyncio.Queue(MOST_WAITING)
    )

    def tell(self, event: Event | None) -> None:
        with contextlib.suppress(asyncio.QueueFull):
            self.waiting.put_nowait(event)
            return
        while not self.waiting.empty():
            self.waiting.get_nowait()
        self.waiting.put_nowait(None)

    def tell_of(self, told: Told) -> None:
        """Tell it whole, or what changed, or nothing if they know it already."""
        if self.seen == told.number:
            return
        is_next = told.before is not None and self.seen == told.number - 1
        self.seen = told.number
        self.tell(told.change if is_next else told.whole)


class Hub:
    """Watches while anybody does."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._viewers: set[Viewer] = set()
        self._watching: asyncio.Task[None] | None = None
        self._beginning = asyncio.Lock()
        self._edge = ""
        self._told: dict[tuple[Watched, Hashable], Told] = {}
        self._rests_until: dict[Watched, float] = {}

    @property
    def viewers(self) -> int:
        return len(self._viewers)

    async def watch(self) -> None:
        """Begin to look, if nobody does yet, however many come at once. Raises one of `AWAY`."""
        async with self._beginning:
            if self._watching is None or self._watching.done():
                self._edge = await self._newest_edge()
                self._watching = asyncio.create_task(self._watch())

    async def join(self, viewer: Viewer, last_event_id: str) -> list[Event]:
        """Begin telling them; what they missed since their last event comes back at once.

        Raises one of `AWAY`; they are joined then, too, and must leave.
        """
        self._viewers.add(viewer)
        await self.watch()
        missed: list[Event] = []
        if viewer.ticket.kind == "leads":
            missed = await self._missed(last_event_id, viewer.ticket.organisation_id)
        return [event for event in missed if _may_see(viewer, event)]

    def leave(self, viewer: Viewer) -> None:
        self._viewers.discard(viewer)

    def close(self) -> None:
        """The process ends: every stream ends."""
        for viewer in self._viewers:
            viewer.tell(None)
        if self._watching:
            self._watching.cancel()

    async def _watch(self) -> None:
        told_at = 0.0
        while self._viewers:
            try:
                await self._look_for_arrivals()
                if time.monotonic() - told_at >= TELL_EVERY:
                    told_at = time.monotonic()
                    await self._let_go()
                    await self._tell()
            except AWAY as problem:
                log.warning("Live events wait for the database: %s", problem)
                await asyncio.sleep(1)
            await asyncio.sleep(LOOK_EVERY)

    async def _let_go(self) -> None:
        """Whose access changed since they asked for their ticket must ask for another (SEC-2)."""
        members = {v.ticket.member_id for v in self._viewers if v.ticket.member_id is not None}
        if not members:
            return
        asked = await self._database.ask(ACCESS_SQL, {"members": list(members)})
        changed: dict[int | None, datetime] = {row[0]: row[1] for row in asked}
        for viewer in self._viewers:
            at, made = changed.get(viewer.ticket.member_id), viewer.ticket.made
            if at is not None and made is not None and made < at + COMMITTED_WITHIN:
                viewer.tell(EXPIRED)
                viewer.tell(None)

    async def _look_for_arrivals(self) -> None:
        tickets = [viewer.ticket for viewer in self._viewers if viewer.ticket.kind == "leads"]
        edge = await self._newest_edge()
        arrived: list[Event] = []
        for organisation in {ticket.organisation_id for ticket in tickets}:
            arrived += await self._arrivals(organisation, self._edge, edge)
        self._edge = edge
        for event in arrived:
            for viewer in self._viewers:
                if viewer.ticket.kind == "leads" and _may_see(viewer, event):
                    viewer.tell(event)

    async def _missed(self, last_event_id: str, organisation: int) -> list[Event]:
        xid, _, number = last_event_id.partition(".")
        if not (xid.isdecimal() and number.isdecimal() and len(xid) < 19 and len(number) < 19):
            return []
        edge = await self._newest_edge()
        return await self._arrivals(organisation, xid, edge, after=(xid, int(number)))

    async def _newest_edge(self) -> str:
        return str((await self._database.ask(EDGE_SQL))[0][0])

    async def _arrivals(
        self, organisation: int, start: str, edge: str, after: tuple[str, int] = ("0", 0)
    ) -> list[Event]:
        asked: dict[str, Any] = {"organisation": organisation, "from": start, "edge": edge}
        asked |= {"after_xid": after[0], "after_id": after[1]}
        rows = await self._database.ask(ARRIVALS_SQL, asked, organisation=organisation)
        return [_arrival(*row) for row in rows]

    async def _tell(self) -> None:
        """Each thing is looked at once, however many watch it; what rests, less often."""
        watched: dict[Watched, list[Viewer]] = {}
        for viewer in self._viewers:
            ticket = viewer.ticket
            if ticket.kind in LOOKS:
                what = (ticket.kind, ticket.id, ticket.organisation_id)
                watched.setdefault(what, []).append(viewer)
        self._told = {key: told for key, told in self._told.items() if key[0] in watched}
        self._rests_until = {w: at for w, at in self._rests_until.items() if w in watched}
        for what, viewers in watched.items():
            if time.monotonic() >= self._rests_until.get(what, 0.0) or _is_anyone_fresh(viewers):
                await self._tell_of(what, viewers)

    async def _tell_of(self, what: Watched, viewers: list[Viewer]) -> None:
        kind, id, organisation_id = what
        look = await in_room(_look, kind, id, organisation_id)
        if look is None:
            return
        self._rests_until[what] = 0.0 if look.is_running else time.monotonic() + REST
        drawn: dict[tuple[Watched, Hashable], Told] = {}
        for viewer in viewers:
            key = (what, look.key(viewer.ticket))
            if key not in drawn:
                drawn[key] = Told.after(self._told.get(key), kind, look.values(key[1]))
            viewer.tell_of(drawn[key])
        self._told |= drawn


def _is_anyone_fresh(viewers: list[Viewer]) -> bool:
    return any(not viewer.seen for viewer in viewers)


def _may_see(viewer: Viewer, event: Event) -> bool:
    ticket = viewer.ticket
    return ticket.organisation_id == event.organisation_id and ticket.shows(event.place_id)


def _look(kind: str, id: int, organisation_id: int) -> Look | None:
    with acting_for(organisation_id):
        return LOOKS[kind](id, organisation_id)


def _arrival(
    xid: str,
    number: int,
    organisation_id: int,
    place_id: int | None,
    code: str | None,
    name: str | None,
    given: str,
    lead_id: int,
    at: Any,
) -> Event:
    told = {
        "lead": lead_id,
        "seat": code or "",
        "seat_name": name or "",
        "first_name": given,
        "at": at.isoformat(),
    }
    return Event("lead", json.dumps(told), f"{xid}.{number}", organisation_id, place_id)
