"""The hand-over log: what a sender began and what was answered, on its own disk.

One line before each body and one after its answer. A plain write survives kill -9 of the writer
(the kernel has it), so whoever takes over knows of every message whether it certainly never left,
was answered, or was begun and never answered. No fsync: when the machine itself goes, the log is
not trusted anyway.
"""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from muster.lib.smtp import Answer, End

TRIM_ABOVE = 4 * 1024 * 1024  # bytes; a log whose every line is settled starts afresh


@dataclass(frozen=True, slots=True)
class Known:
    """What a log says of one delivery. No answer: begun, and nobody knows."""

    answer: Answer | None


def name_of(sending_id: int, person_id: int) -> str:
    """What a delivery is called in the log: by no key that another process may not have."""
    return f"{sending_id}.{person_id}"


class HandoverLog:
    """One lane's log, for one thread. `owed` are claims begun here and not settled yet."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.owed: set[int] = set()
        self._size = 0
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def begun(self, name: str, fence: int) -> None:
        """Say that a body is about to leave. Raises `OSError` when it cannot be written: then
        the body must not leave."""
        self._write(f"B {name} {fence}\n")

    def answered(self, name: str, fence: int, answer: Answer) -> None:
        words = " ".join(answer.words.split())
        self._write(f"A {name} {fence} {answer.end.name} {words}\n")

    def trim(self) -> None:
        """Start afresh, if everything in it is settled and committed."""
        if self._size > TRIM_ABOVE and not self.owed:
            os.ftruncate(self._file, 0)
            self._size = 0

    def close(self) -> None:
        os.close(self._file)

    def _write(self, line: str) -> None:
        raw = line.encode("utf-8")
        if os.write(self._file, raw) != len(raw):
            # Half a line would swallow the next one's beginning.
            os.ftruncate(self._file, self._size)
            raise OSError("the hand-over log could not be written: the disk may be full")
        self._size += len(raw)


class Folder:
    """Where one sender's logs lie: `<folder>/lock`, held while it lives, and `lane-N.log`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: int | None = None

    def hold(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def let_go(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def lane(self, number: int) -> HandoverLog:
        return HandoverLog(self.path / f"lane-{number}.log")


def is_held(folder: Path) -> bool:
    """Does the sender that writes there still live on this machine?"""
    try:
        lock = os.open(folder / "lock", os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def read(folder: Path) -> dict[tuple[str, int], Known] | None:
    """Everything a sender's logs say, by (delivery, fence); None when there are no logs to ask."""
    if not (folder / "lock").exists():
        return None
    known: dict[tuple[str, int], Known] = {}
    for path in sorted(folder.glob("lane-*.log")):
        for line in path.read_text("utf-8", "replace").splitlines(keepends=True):
            _learn(known, line)
    return known


def _learn(known: dict[tuple[str, int], Known], line: str) -> None:
    words = line.split(" ", 4)
    if len(words) < 3 or not words[2].strip().isdigit():
        return
    key = (words[1], int(words[2]))
    if words[0] == "B":
        known.setdefault(key, Known(None))
    elif line.endswith("\n") and len(words) == 5 and words[3] in End.__members__:
        # An unfinished answer line is no answer.
        known[key] = Known(Answer(End[words[3]], words[4].strip()))
