"""What a sender knows of its sendings: may they go, and which seats are held.

Read before every message body. What is not fresh counts as stopped.
"""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from muster.messaging.models import Sending

STOP_CHANNEL = "muster_stop"
OF_PERSON = "person "  # who asked to stop, among the notes of that channel
KEPT = 120.0  # seconds such a note is kept: longer than any claim lasts
BLIND_AFTER = 0.9  # seconds without a look: then nothing more is begun
MAY_GO = (Sending.State.RELEASING, Sending.State.OPEN)

LOOK = """
SELECT s.id, s.state = ANY(%(may_go)s) AND s.given_up_at IS NULL,
       (SELECT array_agg(place_id) FROM messaging_seathold h WHERE h.sending_id = s.id)
  FROM messaging_sending s
 WHERE s.id = ANY(%(sendings)s)
"""


def tell_senders(sending_id: int) -> None:
    """Have every sender look again, as soon as this transaction is committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [STOP_CHANNEL, str(sending_id)])


def tell_of(person_id: int) -> None:
    """Have no sender begin another message to this person, as soon as this transaction is
    committed: they may be claimed already, and a slow server keeps them waiting."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [STOP_CHANNEL, f"{OF_PERSON}{person_id}"])


def asked_for(sendings: Iterable[int]) -> dict[str, Any]:
    """What `LOOK` asks."""
    return {"sendings": list(sendings), "may_go": list(MAY_GO)}


@dataclass(frozen=True, slots=True)
class Sight:
    """One sending as it was last seen, at a moment of the monotonic clock."""

    looked_at: float
    may_go: bool = True
    held: frozenset[int] = frozenset()

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() - self.looked_at < BLIND_AFTER


UNSEEN = Sight(0.0)


class Sights:
    """The sendings a process works at, each as last seen. Shared by its threads."""

    def __init__(self) -> None:
        self._seen: dict[int, Sight] = {}
        self._working: dict[int, int] = {}
        self._guard = threading.Lock()
        self._deaf_until = 0.0
        self._gone: dict[int, float] = {}  # people who asked to stop, and when we heard

    def hear(self, note: str) -> None:
        """A note of the stop channel."""
        at, person = time.monotonic(), note.removeprefix(OF_PERSON)
        if note.startswith(OF_PERSON) and person.isdigit():
            old = [pk for pk, heard in self._gone.items() if at - heard > KEPT]
            for pk in old:
                del self._gone[pk]
            self._gone[int(person)] = at

    def is_gone(self, person_id: int, claimed: float) -> bool:
        """Did this person ask to stop since a claim was made, as far as we could hear? Later
        claims ask the law."""
        return claimed < self._deaf_until or self._gone.get(person_id, 0.0) > claimed

    def could_not_hear(self) -> None:
        """Notes may have been lost until now."""
        self._deaf_until = time.monotonic()

    def of(self, sending_id: int) -> Sight:
        return self._seen.get(sending_id, UNSEEN)

    def working(self) -> list[int]:
        with self._guard:
            return list(self._working)

    def begin(self, sending_id: int) -> None:
        """One more job works at it."""
        with self._guard:
            self._working[sending_id] = self._working.get(sending_id, 0) + 1

    def end(self, sending_id: int) -> None:
        """One job fewer. What nobody works at is not looked at, and so forgotten."""
        with self._guard:
            self._working[sending_id] -= 1
            if not self._working[sending_id]:
                del self._working[sending_id]
                self._seen.pop(sending_id, None)

    def see(self, asked: float, sendings: Iterable[int], found: Iterable[tuple[Any, ...]]) -> None:
        """Keep what a look found, unless one that was asked for later came first."""
        told = {row[0]: Sight(asked, row[1], frozenset(row[2] or ())) for row in found}
        with self._guard:
            for pk in sendings:
                last = self._seen.get(pk, UNSEEN)
                if pk in self._working and last.looked_at <= asked:
                    self._seen[pk] = told.get(pk) or replace(last, looked_at=asked)

    def go_blind(self) -> None:
        """The watch cannot see: nothing more is begun until it can."""
        with self._guard:
            seen = self._seen.items()
            self._seen = {pk: replace(sight, looked_at=0.0) for pk, sight in seen}
