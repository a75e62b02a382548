"""Decisions about pace, on plain values."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from muster.lib.smtp import Answer, End

SLOWEST = 0.05  # messages a second
FIRST_REST, LONGEST_REST = 5.0, 600.0  # seconds
FORGOTTEN_AFTER = timedelta(hours=1)
ENOUGH = 3  # refused, and none accepted: too fast, whatever the words
WIDE = 3  # domains at once: it is the account's own server that refuses

TOO_FAST = re.compile(
    r"\b4\.7\.\d|\b429\b|too many|too fast|\brate\b|limit|throttl|quota|slow down", re.IGNORECASE
)
OF_ONE = re.compile(r"\b4\.2\.\d|gr[ae]y-?list|mailbox", re.IGNORECASE)

STEPS = (50, 100, 500, 1_000)  # messages on each of the first days; then twice the day before
WARM = 1_000_000  # a day: an account that sends so many is known
MORNING = time(9)


@dataclass
class Heard:
    """What one domain answered to a claim."""

    accepted: int = 0
    refused: int = 0
    too_fast: str = ""
    wait_s: float | None = None


@dataclass
class Lesson:
    """What a claim taught: refusals for coming too fast by domain ("": the account's own server),
    and how many were accepted by the others."""

    too_fast: dict[str, Heard] = field(default_factory=dict)
    accepted: Counter[str] = field(default_factory=Counter)


def is_too_fast(answer: Answer) -> bool:
    """Was this one refused for now because of how many came, and not for their own mailbox?

    >>> is_too_fast(Answer(End.REFUSED_FOR_NOW, "451 4.7.1 Too many messages"))
    True
    >>> is_too_fast(Answer(End.REFUSED_FOR_NOW, "452 4.2.2 Mailbox over quota"))
    False
    """
    if answer.end is not End.REFUSED_FOR_NOW or OF_ONE.search(answer.words):
        return False
    return bool(TOO_FAST.search(answer.words))


def learn(ended: Iterable[tuple[str, Answer]]) -> Lesson:
    """What (domain, answer) of one claim say of the pace."""
    heard: dict[str, Heard] = {}
    for domain, answer in ended:
        one = heard.setdefault(domain, Heard())
        if answer.end is End.ACCEPTED:
            one.accepted += 1
        elif answer.end is End.REFUSED_FOR_NOW and not OF_ONE.search(answer.words):
            one.refused += 1
            if is_too_fast(answer):
                one.too_fast = answer.words
                one.wait_s = max(one.wait_s or 0, answer.wait_s or 0) or None
            elif one.refused >= ENOUGH:
                one.too_fast = one.too_fast or answer.words
    return _lesson(heard)


def _lesson(heard: dict[str, Heard]) -> Lesson:
    fast = {domain: one for domain, one in heard.items() if one.too_fast and _is_many(one)}
    accepted = Counter({domain: one.accepted for domain, one in heard.items() if one.accepted})
    if len(fast) >= WIDE and len(fast) * 2 > len(heard):
        worst = max(fast.values(), key=lambda one: one.refused)
        whole = Heard(
            sum(one.accepted for one in heard.values()),
            sum(one.refused for one in heard.values()),
            worst.too_fast,
            max((one.wait_s or 0 for one in fast.values()), default=0) or None,
        )
        return Lesson({"": whole}, accepted)
    return Lesson(fast, accepted)


def _is_many(one: Heard) -> bool:
    """A few among many accepted are about those few; unless they ask us to wait."""
    if one.wait_s is not None or not one.accepted:
        return True
    return bool(TOO_FAST.search(one.too_fast)) and one.refused * 4 >= one.accepted


def rest_after(refusals: int, wait_s: float | None) -> timedelta:
    """How long to leave them alone: as they ask, else longer at each refusal in a row.

    >>> rest_after(1, None).seconds, rest_after(3, None).seconds, rest_after(99, None).seconds
    (5, 20, 600)
    >>> rest_after(1, 90).seconds
    90
    """
    if wait_s:
        return timedelta(seconds=min(wait_s, 24 * 3600))
    return timedelta(seconds=min(FIRST_REST * 2 ** min(refusals - 1, 10), LONGEST_REST))


def halved(accepted: int, seconds: float) -> float:
    """The first pace of who was never too fast before: half of what they just took."""
    return max(SLOWEST, 0.5, accepted / max(seconds, 0.1) / 2)


def ceiling(day: int) -> int | None:
    """How many may go on a warm-up's day, counted from 0; None: it is over.

    >>> [ceiling(day) for day in (0, 1, 2, 3, 4, 5)], ceiling(13), ceiling(14)
    ([50, 100, 500, 1000, 2000, 4000], None, None)
    """
    if day < 0:
        return 0
    if day < len(STEPS):
        return STEPS[day]
    found = STEPS[-1] * 2 ** (day - len(STEPS) + 1)
    return found if found < WARM else None


def next_morning(at: datetime, zone: ZoneInfo) -> datetime:
    """When the next day's messages begin to go."""
    return datetime.combine(at.astimezone(zone).date() + timedelta(days=1), MORNING, zone)


def day_of(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
