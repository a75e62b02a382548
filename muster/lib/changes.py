"""Noticing that files changed."""

from collections.abc import Sequence
from pathlib import Path

KINDS = {".py", ".html"}


class Changes:
    """Call it now and then: True when a file in these folders changed since the last call."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = folders
        self._seen = self._look()

    def __call__(self) -> bool:
        before, self._seen = self._seen, self._look()
        return before != self._seen

    def _look(self) -> dict[Path, int]:
        return {
            path: path.stat().st_mtime_ns
            for folder in self.folders
            for path in folder.rglob("*")
            if path.suffix in KINDS and path.exists()
        }
