"""Saying how far a run among the duplicates has come, and hearing a stop."""

import time

from muster.lib.times import now
from muster.people.duplicates.models import MatchRun
from muster.people.generating import Advances


class Stopped(Exception):
    """Someone pressed stop."""


class Telling:
    """Says how far a run has come, about once a second, and learns of a stop."""

    def __init__(self, run: MatchRun, step: str, total: int, shown: Advances) -> None:
        self.run, self.step, self.total, self.shown = run, step, total, shown
        self.done = self.new = self.sure = 0
        self.began = time.monotonic()
        self._write()

    def found(self, new: int, sure: int) -> None:
        self.new, self.sure = self.new + new, self.sure + sure

    def add(self, steps: int) -> None:
        self.done += steps
        self.shown.advance(steps)
        self._write()

    def _write(self) -> None:
        """Raises `Stopped`."""
        pace = self.done / max(time.monotonic() - self.began, 0.001)
        going = MatchRun.objects.filter(pk=self.run.pk, state=MatchRun.State.RUNNING).update(
            step=self.step,
            done=self.done,
            total=self.total,
            pace=pace,
            heard_at=now(),
            found=self.new,
            sure=self.sure,
        )
        if not going:
            raise Stopped
