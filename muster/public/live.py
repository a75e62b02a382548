"""/live/{ticket}: server-sent events for staff who hold a ticket."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

from django.conf import settings
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from muster.lib import tickets
from muster.lib.tickets import BadTicket
from muster.lib.times import now
from muster.public.database import AWAY
from muster.public.hub import EXPIRED, Hub, Viewer
from muster.public.state import of

HEARTBEAT = 15.0
MOST_VIEWERS = 500


async def watch(request: Request) -> Response:
    """The events of one ticket, until it runs out; then `expired`, and a fresh one is needed."""
    hub = of(request).hub
    try:
        ticket = tickets.read(request.path_params["ticket"], at=now())
    except BadTicket as refusal:
        return PlainTextResponse(str(refusal), 403, _headers(request))
    if hub.viewers >= MOST_VIEWERS:
        return PlainTextResponse("Too many are watching.", 503, _headers(request))
    try:
        await hub.watch()
    except AWAY:
        return PlainTextResponse(
            "The database is away.", 503, {**_headers(request), "retry-after": "5"}
        )
    last = request.headers.get("last-event-id", "")
    return StreamingResponse(
        _stream(hub, Viewer(ticket), last), 200, _headers(request), "text/event-stream"
    )


async def _stream(hub: Hub, viewer: Viewer, last_event_id: str) -> AsyncIterator[bytes]:
    # Joined and left in here: a stream that never began has nobody to leave.
    try:
        missed = await hub.join(viewer, last_event_id)
        yield b"retry: 2000\n: watching\n\n"
        for told in missed:
            yield told.wire()
        while (left := _seconds_left(viewer.ticket.until)) > 0:
            try:
                async with asyncio.timeout(min(HEARTBEAT, left)):
                    event = await viewer.waiting.get()
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if event is None:
                return
            yield event.wire()
        yield EXPIRED.wire()
    except AWAY:
        return
    finally:
        hub.leave(viewer)


def _seconds_left(until: datetime) -> float:
    return (until - now()).total_seconds()


def _headers(request: Request) -> dict[str, str]:
    """Only the staff app's own pages may read it."""
    headers = {
        "cache-control": "no-store",
        "x-accel-buffering": "no",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "vary": "origin",
    }
    if request.headers.get("origin") == settings.STAFF_ADDRESS:
        headers["access-control-allow-origin"] = settings.STAFF_ADDRESS
    return headers
