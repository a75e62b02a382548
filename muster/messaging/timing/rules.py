"""Decisions about when a message goes out, on plain values."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from muster.lib.words import how_long, when

NONE = timedelta(0)
LONGEST_SPREAD = timedelta(hours=72)
LONGEST_REST = timedelta(hours=168)
FURTHEST = timedelta(days=366)
LATE = timedelta(minutes=2)
"""So much later than planned is told."""


@dataclass(frozen=True)
class Timing:
    """`goes_at` None: at once. `share`: the per cent of its people who get it first, picked at
    random; the rest when a person lets it go, or by itself `rest_after` the first. `spread`: over
    how long it goes out evenly; with a share, over how long its rest does."""

    goes_at: datetime | None = None
    spread: timedelta = NONE
    share: int | None = None
    rest_after: timedelta | None = None


AT_ONCE = Timing()


def problems_of(timing: Timing, at: datetime) -> list[str]:
    """Every reason it cannot go out like this, in the organiser's words."""
    problems = []
    if timing.goes_at is not None and timing.goes_at <= at:
        problems.append("That time is over: choose one that is still to come.")
    if timing.goes_at is not None and timing.goes_at > at + FURTHEST:
        problems.append("Choose a time within a year.")
    if not NONE <= timing.spread <= LONGEST_SPREAD:
        problems.append("Spread it over three days at most.")
    if timing.share is not None and not 1 <= timing.share <= 90:
        problems.append("Let between 1 and 90 per cent go first.")
    if timing.share is None and timing.rest_after is not None:
        problems.append("Say how many per cent go first.")
    if timing.rest_after is not None and not NONE < timing.rest_after <= LONGEST_REST:
        problems.append("Let the rest follow within a week, or when you press.")
    return problems


def in_words(timing: Timing, now: datetime, zone: tzinfo) -> str:
    """How it goes out, to stand after "It goes out".

    >>> from datetime import UTC
    >>> in_words(Timing(share=10, spread=timedelta(hours=2)), datetime(2026, 5, 4), UTC)
    'at once to 10 % picked at random; to the rest when you press, spread over 2 hours'
    """
    begins = when_with_zone(timing.goes_at, now, zone) if timing.goes_at else "at once"
    spread = f", spread over {how_long(timing.spread)}" if timing.spread else ""
    if timing.share is None:
        return begins + spread
    after = timing.rest_after
    rest = f"{how_long(after)} later, unless stopped" if after else "when you press"
    return f"{begins} to {timing.share} % picked at random; to the rest {rest}{spread}"


def when_with_zone(at: datetime, now: datetime, zone: tzinfo) -> str:
    """A moment to come as someone in this zone names it: "tomorrow 09:00 (GMT)"."""
    there = at.astimezone(zone)
    return f"{when(at, now, zone)} ({there.tzname()})"


def lateness(planned: datetime, began: datetime) -> str:
    """How late it began, in words; empty: in time.

    >>> lateness(datetime(2026, 5, 4, 9), datetime(2026, 5, 4, 12, 5))
    '3 hours late'
    """
    late = began - planned
    return f"{how_long(late)} late" if late > LATE else ""


def share_of(people: int, percent: int) -> int:
    """How many so many per cent are: one at least.

    >>> share_of(41207, 10), share_of(3, 10), share_of(0, 10)
    (4121, 1, 0)
    """
    return min(people, max(1, int(people * percent / 100 + 0.5)))


def in_seconds(span: timedelta | None) -> int | None:
    """As a row keeps it."""
    return None if span is None else int(span.total_seconds())
