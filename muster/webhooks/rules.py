"""When a failed webhook is tried again, and when that ends: decided on plain values."""

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=8)
GIVE_UP_AFTER = timedelta(days=3)
FAILS_IN_A_ROW = 3
"""After so many failures one after the other, the rest waits for the next look."""


def next_try(begun_at: datetime, tries: int, at: datetime, asked: float | None) -> datetime | None:
    """When to try again after `tries` failures; None: three days are over.

    Ten seconds, then three times as long each time, eight hours at most. `asked`: seconds the
    other side asks us to wait.

    >>> noon = datetime(2026, 5, 4, 12)
    >>> [(next_try(noon, n, noon, None) - noon).seconds for n in (1, 2, 3, 4)]
    [10, 30, 90, 270]
    >>> next_try(noon, 2, noon, 600.0) - noon
    datetime.timedelta(seconds=600)
    >>> next_try(noon, 20, noon + timedelta(days=2, hours=20), None)
    """
    wait = min(FIRST_WAIT * 3 ** min(tries - 1, 12), LONGEST_WAIT)
    if asked is not None:
        wait = max(wait, timedelta(seconds=asked))
    again = at + wait
    return again if again <= begun_at + GIVE_UP_AFTER else None


def has_failed_long_enough(failing_since: datetime | None, at: datetime) -> bool:
    """Has nothing arrived for three days?"""
    return failing_since is not None and at - failing_since >= GIVE_UP_AFTER


def type_of(kind: str) -> str:
    """What a kind of fact is called in a webhook: words joined by underscores.

    >>> type_of("consent withdrawn")
    'consent_withdrawn'
    """
    return kind.replace(" ", "_")
