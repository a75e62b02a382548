"""The clock of a privacy case, decided on plain values: days, not instants (DP-15, DP-164A)."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

ACKNOWLEDGED, ASKED_THEM, THEY_ANSWERED = "acknowledged", "asked them", "they answered"
EXTENDED, CLOSED = "extended", "closed"
COMPLAINT = "complaint"
TO_ACKNOWLEDGE = timedelta(days=30)
WARN_AT = 7
"""Days left at which a case warns."""
SATURDAY = 5


@dataclass(frozen=True)
class Clock:
    """Where a case stands. `due_on` is None when nothing is due by a day: closed, or a complaint
    that was acknowledged, whose outcome comes without undue delay."""

    due_on: date | None
    left: int | None
    is_stopped: bool = False
    is_closed: bool = False

    @property
    def is_late(self) -> bool:
        return self.left is not None and self.left < 0 and not self.is_stopped

    @property
    def warns(self) -> bool:
        """Seven days left or fewer, and running."""
        return self.left is not None and self.left <= WARN_AT and not self.is_stopped


def clock(kind: str, received_on: date, steps: Sequence[tuple[str, date]], today: date) -> Clock:
    """When the answer is due: one month from receipt by the calendar, or three once extended.

    It stands still from the day we ask for clarification or proof of identity until they answer.
    `steps`: what was done and on which day, in order.
    """
    done = {what for what, _ in steps}
    if CLOSED in done:
        return Clock(None, None, is_closed=True)
    if kind == COMPLAINT:
        if ACKNOWLEDGED in done:
            return Clock(None, None)
        due = received_on + TO_ACKNOWLEDGE
        return Clock(due, (due - today).days)
    stood, is_stopped = stood_still(steps, today)
    due = months_after(received_on, 3 if EXTENDED in done else 1) + stood
    due = working_day(due)
    return Clock(due, (due - today).days, is_stopped)


def stood_still(steps: Iterable[tuple[str, date]], today: date) -> tuple[timedelta, bool]:
    """How long the clock stood still, and whether it does now."""
    stood, since = timedelta(0), None
    for what, on in steps:
        if what == ASKED_THEM and since is None:
            since = on
        elif what == THEY_ANSWERED and since is not None:
            stood, since = stood + (on - since), None
    if since is None:
        return stood, False
    return stood + max(today - since, timedelta(0)), True


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last when there is none.

    >>> months_after(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def working_day(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= SATURDAY else day
