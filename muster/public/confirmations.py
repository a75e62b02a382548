"""Where confirmations go: this month's open service sending of each page, kept for a minute."""

import asyncio
import time
from datetime import date, datetime

from muster.actions import signing
from muster.actions.models import ActionPage
from muster.lib.times import first_of_month
from muster.messaging import confirming
from muster.organisations.scoping import acting_for
from muster.public.database import in_room

SIGN = signing.SIGN_SQL
SIGN_AND_CONFIRM = signing.statement(confirming.CONFIRMATION)
Open = tuple[int, date]


class Confirmations:
    """Sending id and month by page: asked once a minute, once a month made."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, date], tuple[float, Open | None]] = {}
        self._lock = asyncio.Lock()

    async def open_for(self, page_id: int, *, at: datetime) -> Open | None:
        """This month's; None: the organisation has no mail account to send from."""
        key = (page_id, first_of_month(at))
        until, found = self._kept.get(key, (0.0, None))
        if time.monotonic() < until:
            return found
        async with self._lock:
            until, found = self._kept.get(key, (0.0, None))
            if time.monotonic() >= until:
                found = await in_room(_open, page_id, at)
                self._kept = {k: v for k, v in self._kept.items() if k[1] == key[1]}
                self._kept[key] = (time.monotonic() + 60, found)
        return found


def _open(page_id: int, at: datetime) -> Open | None:
    page = ActionPage.objects.get(pk=page_id)
    with acting_for(page.organisation_id):
        sending = confirming.open_sending(page, at=at)
    return (sending.pk, sending.month) if sending else None
