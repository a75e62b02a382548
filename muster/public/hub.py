"""What happens, told once to all who watch: one look at the database for any number of viewers."""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from muster.actions import facts
from muster.lib.tickets import Ticket
from muster.messaging import progress
from muster.public.database import AWAY, Database, in_room

LOOK_EVERY = 0.4
TELL_EVERY = 1.0
MOST_WAITING = 200
log = logging.getLogger(__name__)

# Below the oldest running transaction nothing can appear any more, so nothing is skipped and
# nothing told twice; two days keep the look within one or two months' partitions.
ARRIVALS_SQL = f"""
WITH edge AS (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xid)
SELECT edge.xid::text, fact.xid::text, fact.id, fact.organisation_id, fact.place_id,
    place.code, place.name, person.given_name, lead.id, fact.at
FROM edge LEFT JOIN (
    journal_fact AS fact
    JOIN actions_lead AS lead ON lead.action_id = fact.about_id
    JOIN people_person AS person ON person.id = fact.person_id
    LEFT JOIN places_place AS place ON place.id = fact.place_id
) ON fact.kind = '{facts.VOLUNTEERED}' AND fact.at > now() - interval '2 days'
    AND fact.xid >= %(from)s::text::xid8 AND fact.xid < edge.xid
    AND (fact.xid, fact.id) > (%(after_xid)s::text::xid8, %(after_id)s)
ORDER BY fact.xid, fact.id LIMIT 1000"""
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


@dataclass(eq=False)
class Viewer:
    """One open page. What waits is bounded: one that cannot keep up is let go, and comes again."""

    ticket: Ticket
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


class Hub:
    """Watches while anybody does."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._viewers: set[Viewer] = set()
        self._watching: asyncio.Task[None] | None = None
        self._edge = ""

    @property
    def viewers(self) -> int:
        return len(self._viewers)

    async def watch(self) -> None:
        """Begin to look, if nobody does yet. Raises one of `AWAY`."""
        if self._watching is None or self._watching.done():
            self._edge = (await self._database.ask(EDGE_SQL))[0][0]
            self._watching = asyncio.create_task(self._watch())

    async def join(self, viewer: Viewer, last_event_id: str) -> list[Event]:
        """Begin telling them; what they missed since their last event comes back at once.

        Raises one of `AWAY`; they are joined then, too, and must leave.
        """
        self._viewers.add(viewer)
        await self.watch()
        missed = await self._missed(last_event_id) if viewer.ticket.kind == "leads" else []
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
                    await self._tell_progress()
            except AWAY as problem:
                log.warning("Live events wait for the database: %s", problem)
                await asyncio.sleep(1)
            await asyncio.sleep(LOOK_EVERY)

    async def _look_for_arrivals(self) -> None:
        if not any(viewer.ticket.kind == "leads" for viewer in self._viewers):
            self._edge = (await self._database.ask(EDGE_SQL))[0][0]
            return
        rows = await self._database.ask(
            ARRIVALS_SQL, {"from": self._edge, "after_xid": "0", "after_id": 0}
        )
        self._edge = rows[0][0]
        for event in _events(rows):
            for viewer in self._viewers:
                if viewer.ticket.kind == "leads" and _may_see(viewer, event):
                    viewer.tell(event)

    async def _missed(self, last_event_id: str) -> list[Event]:
        xid, _, number = last_event_id.partition(".")
        if not (xid.isdecimal() and number.isdecimal() and len(xid) < 19 and len(number) < 19):
            return []
        values = {"from": xid, "after_xid": xid, "after_id": int(number)}
        return _events(await self._database.ask(ARRIVALS_SQL, values))

    async def _tell_progress(self) -> None:
        """Each sending is counted once, however many watch it."""
        watched = {
            (v.ticket.id, v.ticket.organisation_id)
            for v in self._viewers
            if v.ticket.kind == "progress"
        }
        for sending_id, organisation_id in watched:
            found = await in_room(progress_of, sending_id, organisation_id)
            if found is None:
                continue
            watched_by = ("progress", sending_id, organisation_id)
            drawn: dict[frozenset[str] | None, Event] = {}
            for viewer in list(self._viewers):
                ticket = viewer.ticket
                if (ticket.kind, ticket.id, ticket.organisation_id) == watched_by:
                    codes = found.codes_for(ticket.seats)
                    if codes not in drawn:
                        drawn[codes] = Event("progress", found.narrowed(codes))
                    viewer.tell(drawn[codes])


@dataclass(frozen=True)
class Found:
    """A sending's progress as plain values, and the ids of its seats' codes."""

    values: dict[str, Any]
    ids: dict[str, int]

    def codes_for(self, seats: frozenset[int] | None) -> frozenset[str] | None:
        if seats is None:
            return None
        return frozenset(code for code, id in self.ids.items() if id in seats)

    def narrowed(self, codes: frozenset[str] | None) -> str:
        """As JSON; to those of some seats, only the state and their seats, no totals."""
        if codes is None:
            return json.dumps(self.values, separators=(",", ":"))
        seats = {c: v for c, v in self.values.get("seats", {}).items() if c in codes}
        mine = {"sending_id": self.values["sending_id"], "state": self.values["state"]}
        return json.dumps({**mine, "seats": seats}, separators=(",", ":"))


def progress_of(sending_id: int, organisation_id: int) -> Found | None:
    """How far a sending is; None: this organisation has none of that number."""
    from muster.messaging.models import Sending
    from muster.places.models import Place

    sending = Sending.objects.filter(pk=sending_id, organisation_id=organisation_id).first()
    if sending is None:
        return None
    values = progress.progress(sending).as_json()
    ids = Place.objects.filter(code__in=values.get("seats", {})).values_list("code", "id")
    return Found(values, dict(ids))


def _may_see(viewer: Viewer, event: Event) -> bool:
    ticket = viewer.ticket
    return ticket.organisation_id == event.organisation_id and ticket.shows(event.place_id)


def _events(rows: Iterable[tuple[Any, ...]]) -> list[Event]:
    return [_arrival(*row[1:]) for row in rows if row[2] is not None]


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
