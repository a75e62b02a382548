"""The clock of a data breach, decided on plain values: 72 hours, by the instant (DP-33)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

TO_COMMISSIONER = timedelta(hours=72)
TOLD_COMMISSIONER, NEED_NOT_COMMISSIONER = "told the Commissioner", "need not tell the Commissioner"
TOLD_PEOPLE, NEED_NOT_PEOPLE = "told the people", "need not tell the people"
NOTED, CLOSED = "noted", "closed"
COMMISSIONER, PEOPLE = (
    (TOLD_COMMISSIONER, NEED_NOT_COMMISSIONER),
    (TOLD_PEOPLE, NEED_NOT_PEOPLE),
)
NEEDS_WORDS = {
    TOLD_COMMISSIONER: "Write how they were told and their reference.",
    NEED_NOT_COMMISSIONER: "Write why a risk to anybody is unlikely: the Commissioner may ask.",
    TOLD_PEOPLE: "Write how they were told, and what.",
    NEED_NOT_PEOPLE: "Write why the risk to them is not high, or what has taken it away.",
    NOTED: "Write something first.",
    CLOSED: "Write what was learnt from it.",
}


@dataclass(frozen=True)
class Standing:
    """Where a breach stands. `commissioner` and `people`: what was last decided; empty: nothing."""

    due_at: datetime
    left: timedelta
    commissioner: str = ""
    people: str = ""
    is_closed: bool = False

    @property
    def is_late(self) -> bool:
        """The 72 hours are over, and nobody decided whether the Commissioner is told."""
        return not self.commissioner and self.left < timedelta(0)

    @property
    def hours(self) -> int:
        """Whole hours left; below nought once they are over."""
        return self.left // timedelta(hours=1)

    @property
    def waits(self) -> bool:
        return not (self.is_closed or (self.commissioner and self.people))


def standing(found_at: datetime, steps: Sequence[tuple[str, datetime]], now: datetime) -> Standing:
    """From the moment anybody of the organisation knew. `steps`: what was done, in order."""
    done = [what for what, _ in steps]
    due_at = found_at + TO_COMMISSIONER
    return Standing(
        due_at,
        due_at - now,
        commissioner=_last(done, COMMISSIONER),
        people=_last(done, PEOPLE),
        is_closed=CLOSED in done,
    )


def problem(what: str, words: str, now: Standing) -> str:
    """Why that cannot be written down now; empty: it can."""
    if what not in NEEDS_WORDS:
        return "Choose what was done."
    if not words:
        return NEEDS_WORDS[what]
    if now.is_closed and what != NOTED:
        return "It is closed. Note what came after."
    if what == CLOSED and now.waits:
        return "Decide first whether the Commissioner is told, and whether the people are."
    return ""


def _last(done: Sequence[str], among: Sequence[str]) -> str:
    return next((what for what in reversed(done) if what in among), "")
