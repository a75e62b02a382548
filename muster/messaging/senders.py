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
from datetime import timedelta
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection

from muster.lib.conninfo import conninfo_of
from muster.lib.times import now
from muster.messaging.handover import Folder, HandoverLog, is_held
from muster.messaging.models import Sender as Row
from muster.messaging.sights import LOOK, MAY_GO, STOP_CHANNEL, Sights, asked_for
from muster.organisations import roles

__all__ = ["MAY_GO", "STOP_CHANNEL", "Sender", "end_this_sender", "this_sender"]

LOCK_CLASS = 20_510  # the advisory locks of senders: (this, sender id)
POLL = 0.25  # seconds between looks
SLOTS = 32  # tally rows a seat may have; lanes that share one merely wait for each other
KEEP_LOGS = timedelta(days=30)


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
        self._sights = Sights()
        self._fences: set[int] = set()
        self._lanes = itertools.count(1)
        self._ending = threading.Event()
        self._line = self._connect()
        self._watch = threading.Thread(target=self._keep_watch, name="stop watch", daemon=True)
        self._watch.start()

    @property
    def id(self) -> int:
        return int(self.row.pk)

    def may_go(self, sending_id: int, place_id: int | None = None) -> bool:
        """May another body begin, to this seat? Asked before each one."""
        sight = self._sights.of(sending_id)
        return sight.is_fresh and sight.may_go and place_id not in sight.held

    def hear(self, note: str) -> None:
        """What somebody told all senders."""
        self._sights.hear(note)

    def is_gone(self, person_id: int, claimed: float) -> bool:
        """Did this person ask to stop since they were claimed (a moment of the monotonic clock)?"""
        return self._sights.is_gone(person_id, claimed)

    def is_stopped(self, sending_id: int) -> bool:
        """Has somebody stopped it, as far as the watch has seen?"""
        return not self._sights.of(sending_id).may_go

    def held(self, sending_id: int) -> frozenset[int]:
        """The seats nothing goes out to (withdrawn ones too), as far as the watch has seen.

        Trust it only while `may_go` says yes: a watch that cannot see knows of no hold.
        """
        return self._sights.of(sending_id).held

    @contextmanager
    def working_on(self, sending_id: int) -> Iterator[None]:
        """Have the watch look after this sending meanwhile.

        It is looked at once before: a job that was queued after a seat was let go must not pass
        the seat over because the watch has not heard yet.
        """
        self._sights.begin(sending_id)
        try:
            self._look_here(sending_id)
            yield
        finally:
            self._sights.end(sending_id)

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
        roles.take_on(line)
        line.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK_CLASS, self.row.pk])
        line.execute(f"LISTEN {STOP_CHANNEL}")
        return line

    def _keep_watch(self) -> None:
        while not self._ending.is_set():
            try:
                self._look()
                for note in self._line.notifies(timeout=POLL, stop_after=1):
                    self.hear(note.payload)
            except (psycopg.Error, OSError):
                self._sights.go_blind()
                self._reconnect()

    def _look(self) -> None:
        asked, working = time.monotonic(), self._sights.working()
        self._sights.see(asked, working, self._line.execute(LOOK, asked_for(working)).fetchall())

    def _look_here(self, sending_id: int) -> None:
        """The same for one sending, over this thread's own connection."""
        asked = time.monotonic()
        with connection.cursor() as cursor:
            cursor.execute(LOOK, asked_for([sending_id]))
            self._sights.see(asked, [sending_id], cursor.fetchall())

    def _reconnect(self) -> None:
        self._ending.wait(POLL)
        try:
            self._line.close()
            self._line = self._connect()
            self._sights.could_not_hear()
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
