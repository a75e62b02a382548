"""What every kind of file shares when it is taken in: its rows, and the rows refused."""

from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from muster.places.reading import Line


class Meter(Protocol):
    """Something that shows how far a long piece of work has come."""

    def advance(self, n: int) -> None: ...


Progress = Callable[[str, int], AbstractContextManager[Meter]]


class _Silence:
    def advance(self, n: int) -> None:
        """Say nothing."""


@contextmanager
def silent(label: str, total: int):  # type: ignore[no-untyped-def]
    """Progress nobody watches."""
    yield _Silence()


@dataclass
class Tally:
    """How a file fared: rows read, rows that changed something, and rows refused with why."""

    about: str = ""
    rows: int = 0
    changed: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)

    def refuse(self, line: Line, reason: str) -> None:
        self.refused.append((line.number, line.text(), reason))
