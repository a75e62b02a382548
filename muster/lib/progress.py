"""Showing how far long work has come: rate and time left, on a terminal or in plain lines."""

import sys
import time
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bar

EVERY_SECONDS = 5.0


class Progress:
    """`with Progress("Supporters", 100_000) as shown: … shown.advance(5_000)`.

    On a terminal a bar, which leaves one line behind; elsewhere a line now and then, and one at
    the end. `total` 0 means that nobody knows how much there is.
    """

    def __init__(self, label: str, total: int = 0, *, output: TextIO | None = None) -> None:
        self.label = label
        self.total = total
        self.done = 0
        self._output = output or sys.stderr
        self._bar: Bar | None = None
        self._began = self._told = time.monotonic()

    def __enter__(self) -> "Progress":
        self._began = self._told = time.monotonic()
        if self._output.isatty():
            self._bar = _bar(self._output)
            self._task = self._bar.add_task(self.label, total=self.total or None, rate="")
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar:
            self._bar.stop()
        if kind is None and self.done:
            self._say(f"{self.label}: {self.done:,} in {self._seconds():.1f} s ({self._rate()})")

    def advance(self, steps: int = 1, /) -> None:
        """So many more are done."""
        self.done += steps
        if self._bar:
            self._bar.update(self._task, completed=self.done, rate=self._rate())
        elif time.monotonic() - self._told > EVERY_SECONDS:
            self._told = time.monotonic()
            self._say(in_words(self.label, self.done, self.total, self._seconds()))

    def _rate(self) -> str:
        return f"{self.done / max(self._seconds(), 0.001):,.0f} a second"

    def _seconds(self) -> float:
        return time.monotonic() - self._began

    def _say(self, words: str) -> None:
        print(words, file=self._output, flush=True)


def in_words(label: str, done: int, total: int, seconds: float) -> str:
    """`Supporters: 20,000 of 100,000, 8,000 a second, 10 s left`."""
    pace = done / max(seconds, 0.001)
    if not total:
        return f"{label}: {done:,}, {pace:,.0f} a second"
    left = f", {(total - done) / pace:,.0f} s left" if pace and done < total else ""
    return f"{label}: {done:,} of {total:,}, {pace:,.0f} a second{left}"


def _bar(output: TextIO) -> Bar:
    return Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=Console(file=output),
        transient=True,
    )
