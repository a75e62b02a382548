"""Holding something alone: the kernel lets go when the holder dies, kill -9 included."""

import fcntl
import os
from pathlib import Path


class Taken(Exception):
    """Another process holds it; `pid` is 0 when it has not written its number yet."""

    def __init__(self, pid: int) -> None:
        super().__init__(f"held by process {pid}" if pid else "held by another process")
        self.pid = pid


class Alone:
    """A file that one process at a time may hold; it keeps the holder's number."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    def take(self) -> None:
        """Take hold at once, or raise `Taken`."""
        held = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            written = os.read(held, 20).decode().strip()
            os.close(held)
            raise Taken(int(written) if written.isdigit() else 0) from None
        os.ftruncate(held, 0)
        os.pwrite(held, f"{os.getpid()}\n".encode(), 0)
        self._file = held

    def let_go(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def written(self) -> int:
        """The number of whoever took it last, still holding it or not; 0: nobody ever did."""
        try:
            words = self.path.read_text().strip()
        except FileNotFoundError:
            return 0
        return int(words) if words.isdigit() else 0
