"""A sender: one process that hands messages over, known to the others while it lives.

It holds two locks for as long as it lives: an advisory lock in the database and a lock on its
folder. Its watch reads the stop flags and the seats that are held, told by NOTIFY and asked every
250 ms; a watch that cannot see stops every lane.
"""

import atexit
import itertools
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from muster.lib.conninfo import conninfo_of
from muster.lib.times import now
from muster.messaging.handover import Folder, HandoverLog, is_held
from muster.messaging.models import Sender as Row
from muster.messaging.models import Sending

LOCK_CLASS = 20_510  # the advisory locks of senders: (this, sender id)
STOP_CHANNEL = "muster_stop"
POLL = 0.25  # seconds between looks at the stop flags
BLIND_AFTER = 0.9  # seconds without a look: then nothing more is begun
SLOTS = 32  # tally rows a seat may have; lanes that share one merely wait for each other
KEEP_LOGS = timedelta(days=30)
MAY_GO = (Sending.State.RELEASING, Sending.State.OPEN)

LOOK = """
SELECT s.id, s.state = ANY(%(may_go)s),
       (SELECT array_agg(place_id) FROM messaging_seathold h WHERE h.sending_id = s.id)
  FROM messaging_sending s
 WHERE s.id = ANY(%(sendings)s)
"""


@dataclass(frozen=True, slots=True)
class Sight:
    """One sending as it was last seen, at a moment of the monotonic clock."""

    looked_at: float
    may_go: bool = True
    held: frozenset[int] = frozenset()


BLIND = Sight(0.0, may_go=False)


class Sender:
    """This process as a sender. Get it with `this_sender()`."""

    def __init__(self) -> None:
        code = uuid.uuid4()
        self.folder = Folder(settings.VAR / "senders" / str(code))
        self.folder.hold()
        self.row = Row.objects.create(
            code=code,
            host=socket.gethostname(),
            boot=boot_id(),
            log=str(self.folder.path),
            started_at=now(),
        )
        self.pid = os.getpid()
        self._working: dict[int, int] = {}
        self._sights: dict[int, Sight] = {}
        self._fences: set[int] = set()
        self._lanes = itertools.count(1)
        self._guard = threading.Lock()
        self._ending = threading.Event()
        self._line = self._connect()
        self._watch = threading.Thread(target=self._keep_watch, name="stop watch", daemon=True)
        self._watch.start()

    @property
    def id(self) -> int:
        return int(self.row.pk)

    def may_go(self, sending_id: int, place_id: int | None = None) -> bool:
        """May another body begin, to this seat? Asked before each one."""
        sight = self._sights.get(sending_id, BLIND)
        sees = time.monotonic() - sight.looked_at < BLIND_AFTER
        return sees and sight.may_go and place_id not in sight.held

    def is_stopped(self, sending_id: int) -> bool:
        """Has somebody stopped it, as far as the watch has seen?"""
        sight = self._sights.get(sending_id)
        return sight is not None and not sight.may_go

    def held(self, sending_id: int) -> frozenset[int]:
        """The seats nothing goes out to (withdrawn ones too), as far as the watch has seen.

        Trust it only while `may_go` says yes: a watch that cannot see knows of no hold.
        """
        return self._sights.get(sending_id, BLIND).held

    @contextmanager
    def working_on(self, sending_id: int) -> Iterator[None]:
        """Have the watch look after this sending meanwhile.

        It is looked at once before: a job that was queued after a seat was let go must not pass
        the seat over because the watch has not heard yet.
        """
        with self._guard:
            self._working[sending_id] = self._working.get(sending_id, 0) + 1
        try:
            self._look_here(sending_id)
            yield
        finally:
            with self._guard:
                self._working[sending_id] -= 1
                if not self._working[sending_id]:
                    del self._working[sending_id]
                    self._sights.pop(sending_id, None)

    @contextmanager
    def holding(self, fence: int) -> Iterator[None]:
        """A claim in hand: not to be recovered by this process itself."""
        self._fences.add(fence)
        try:
            yield
        finally:
            self._fences.discard(fence)

    def holds(self, fence: int) -> bool:
        return fence in self._fences

    def lane(self) -> tuple[int, HandoverLog]:
        """A lane for one thread: its tally slot and its log."""
        number = next(self._lanes)
        return (self.id * 7 + number) % (SLOTS - 1) + 1, self.folder.lane(number)

    def end(self) -> None:
        """Leave in good order."""
        self._ending.set()
        self._watch.join(timeout=2)
        self._line.close()
        self.folder.let_go()

    def _connect(self) -> psycopg.Connection:
        line = psycopg.connect(own_dsn(), autocommit=True, connect_timeout=5)
        line.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK_CLASS, self.row.pk])
        line.execute(f"LISTEN {STOP_CHANNEL}")
        return line

    def _keep_watch(self) -> None:
        while not self._ending.is_set():
            try:
                self._look()
                for _ in self._line.notifies(timeout=POLL, stop_after=1):
                    pass
            except (psycopg.Error, OSError):
                self._go_blind()
                self._reconnect()

    def _look(self) -> None:
        asked = time.monotonic()
        with self._guard:
            working = list(self._working)
        found = self._line.execute(LOOK, {"sendings": working, "may_go": list(MAY_GO)}).fetchall()
        self._see(asked, working, found)

    def _look_here(self, sending_id: int) -> None:
        """The same for one sending, over this thread's own connection."""
        asked = time.monotonic()
        with connection.cursor() as cursor:
            cursor.execute(LOOK, {"sendings": [sending_id], "may_go": list(MAY_GO)})
            self._see(asked, [sending_id], cursor.fetchall())

    def _see(self, asked: float, sendings: list[int], found: list[tuple[Any, ...]]) -> None:
        """Keep what was seen, unless something was seen that was asked for later."""
        told = {row[0]: Sight(asked, row[1], frozenset(row[2] or ())) for row in found}
        with self._guard:
            for pk in sendings:
                last = self._sights.get(pk, Sight(0.0))
                if pk in self._working and last.looked_at <= asked:
                    self._sights[pk] = told.get(pk) or replace(last, looked_at=asked)

    def _go_blind(self) -> None:
        with self._guard:
            seen = self._sights.items()
            self._sights = {pk: replace(sight, looked_at=0.0) for pk, sight in seen}

    def _reconnect(self) -> None:
        self._ending.wait(POLL)
        try:
            self._line.close()
            self._line = self._connect()
        except (psycopg.Error, OSError):
            return


_guard = threading.Lock()
_this: Sender | None = None


def this_sender() -> Sender:
    """This process's sender, made at the first call (and again after a fork)."""
    global _this
    with _guard:
        if _this is None or _this.pid != os.getpid():
            _this = Sender()
            _drop_old_logs(settings.VAR / "senders", _this.folder.path)
            atexit.register(_this.end)
        return _this


def end_this_sender() -> None:
    """End it now; the next call of `this_sender` makes another."""
    global _this
    with _guard:
        if _this is not None:
            _this.end()
            _this = None


def boot_id() -> str:
    """What the kernel calls this start of this machine."""
    path = Path("/proc/sys/kernel/random/boot_id")
    return path.read_text().strip() if path.exists() else f"{socket.gethostname()}"


def own_dsn() -> str:
    """How to reach the same database as Django, with a connection of one's own."""
    return conninfo_of(connection.settings_dict)


def _drop_old_logs(root: Path, own: Path) -> None:
    """Remove the logs of senders long gone: their leases lapsed and were settled weeks ago."""
    too_old = time.time() - KEEP_LOGS.total_seconds()
    for folder in root.iterdir():
        lock = folder / "lock"
        if folder == own or not lock.exists() or is_held(folder):
            continue
        if _last_touched(folder) < too_old:
            for path in folder.iterdir():
                path.unlink(missing_ok=True)
            folder.rmdir()


def _last_touched(folder: Path) -> float:
    return max(path.stat().st_mtime for path in folder.iterdir())
