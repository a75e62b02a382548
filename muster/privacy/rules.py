"""The clock of a privacy case, decided on plain values: days, not instants (DP-15, DP-164A)."""

import calendar
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

ACKNOWLEDGED, ASKED_THEM, THEY_ANSWERED = "acknowledged", "asked them", "they answered"
EXTENDED, CLOSED = "extended", "closed"
COMPLAINT = "complaint"
TO_ACKNOWLEDGE = timedelta(days=30)
WARN_AT = 7
"""Days left at which a case warns."""
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SATURDAY = 5
Named = Callable[[date], str]
"""What a bank holiday is called; any other day: nothing."""


@dataclass(frozen=True)
class Clock:
    """Where a case stands. `due_on` is None when nothing is due by a day: closed, or a complaint
    that was acknowledged, whose outcome comes without undue delay."""

    due_on: date | None
    left: int | None
    is_stopped: bool = False
    is_closed: bool = False
    because: str = ""  # why it is due on that day, where the calendar alone would say another

    @property
    def is_late(self) -> bool:
        return self.left is not None and self.left < 0 and not self.is_stopped

    @property
    def warns(self) -> bool:
        """Seven days left or fewer, and running."""
        return self.left is not None and self.left <= WARN_AT and not self.is_stopped


def no_holiday(day: date) -> str:
    return ""


def clock(
    kind: str,
    received_on: date,
    steps: Sequence[tuple[str, date]],
    today: date,
    holiday: Named = no_holiday,
) -> Clock:
    """When the answer is due: one month from receipt by the calendar, or three once extended.

    A last day at a weekend or on a bank holiday moves to the next working day (DP-15). The clock
    stands still from the day we ask for clarification or proof of identity until they answer.
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
    last = months_after(received_on, 3 if EXTENDED in done else 1) + stood
    due = working_day(last, holiday)
    return Clock(due, (due - today).days, is_stopped, because=_why_moved(last, due, holiday))


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


def working_day(day: date, holiday: Named = no_holiday) -> date:
    """The day itself, or the next that is neither at a weekend nor a bank holiday."""
    while day.weekday() >= SATURDAY or holiday(day):
        day += timedelta(days=1)
    return day


def _why_moved(last: date, due: date, holiday: Named) -> str:
    """In words: "The time ends on Friday 25 December: the next working day counts (Boxing Day)."

    Every day between is one that does not count; the holidays among them are named.
    """
    if last == due:
        return ""
    between = [last + timedelta(days=n) for n in range((due - last).days)]
    named = list(dict.fromkeys(filter(None, map(holiday, between))))
    day = f"{DAYS[last.weekday()]} {last.day} {calendar.month_name[last.month]}"
    off = f" ({', '.join(named)})" if named else ""
    return f"The time ends on {day}: the next working day counts{off}."
