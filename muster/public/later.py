"""What may be kept a little later: counted in memory, written once a second, all at once.

Nobody waits for it. What a process had not written when it was killed is lost: these are counts
that nothing rests on.
"""

import asyncio
import json
from contextlib import suppress
from typing import Any

from muster.public.database import AWAY, Database

AFTER = 1.0  # seconds
MOST = 20_000  # rows that wait, of one organisation
AT_ONCE = 2_000


class Later:
    """Rows of one kind on their way into the database, by organisation."""

    def __init__(self, database: Database, sql: str) -> None:
        self._database, self._sql = database, sql
        self._waiting: dict[int, list[dict[str, Any]]] = {}
        self._at_work: asyncio.Task[None] | None = None

    def add(self, organisation: int, row: dict[str, Any]) -> None:
        """Keep it within a second or so; too many waiting, and it is not kept."""
        rows = self._waiting.setdefault(organisation, [])
        if len(rows) < MOST:
            rows.append(row)
        if self._at_work is None or self._at_work.done():
            self._at_work = asyncio.create_task(self._work())

    async def _work(self) -> None:
        await asyncio.sleep(AFTER)
        await self.write()

    async def close(self) -> None:
        """Write what waits: nothing comes any more."""
        if self._at_work is not None:
            self._at_work.cancel()
        await self.write()

    async def write(self) -> None:
        """Everything that waits, now."""
        while self._waiting:
            organisation, rows = self._waiting.popitem()
            for first in range(0, len(rows), AT_ONCE):
                some = rows[first : first + AT_ONCE]
                asked = {"organisation": organisation, "rows": json.dumps(some)}
                with suppress(*AWAY):
                    await self._database.ask(self._sql, asked, organisation=organisation)
