"""What the door to hosted services keeps between requests: who asks, and what waits to be kept."""

import asyncio
import json
import time
from uuid import UUID

from muster.channels import telling
from muster.channels.telling import Listening
from muster.messaging.news import keeping
from muster.messaging.news.keeping import Row
from muster.public.database import Database, in_room

KEPT_S = 10
MOST_KEPT = 1000


class Listeners:
    """The accounts that services ask for, looked up once in ten seconds."""

    def __init__(self) -> None:
        self._kept: dict[UUID, tuple[float, Listening | None]] = {}

    async def find(self, code: str) -> Listening | None:
        try:
            named = UUID(code)
        except ValueError:
            return None
        until, found = self._kept.get(named, (0.0, None))
        if time.monotonic() >= until:
            found = await in_room(telling.listening, str(named))
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[named] = (time.monotonic() + KEPT_S, found)
        return found


class Gathered:
    """What came while one statement ran is kept by the next, all at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: dict[int, list[tuple[list[Row], asyncio.Future[None]]]] = {}
        self._at_work: dict[int, asyncio.Task[None]] = {}

    async def keep(self, organisation: int, rows: list[Row]) -> None:
        """Returns when it is in the database. Raises one of `AWAY`."""
        if not rows:
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(organisation, []).append((rows, done))
        if organisation not in self._at_work:
            self._at_work[organisation] = asyncio.create_task(self._work(organisation))
        await done

    async def _work(self, organisation: int) -> None:
        while some := self._waiting.pop(organisation, []):
            rows = [row for rows, _ in some for row in rows]
            problem: Exception | None = None
            try:
                await self._database.ask(
                    keeping.KEEP_SQL,
                    {"organisation": organisation, "rows": json.dumps(rows)},
                    organisation=organisation,
                )
            except Exception as failure:  # each who waits is told
                problem = failure
            for _, done in some:
                if done.done():  # whoever asked has gone
                    continue
                if problem:
                    done.set_exception(problem)
                else:
                    done.set_result(None)
        del self._at_work[organisation]
