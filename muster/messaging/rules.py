"""Decisions about sending, on plain values: what stands in its way, when to try again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
MOST_ATTEMPTS = 40  # about a day and a half of asking
RESTING = "Mail to them came back of late: their address rests, and is tried again later."
NO_EMAIL = "No e-mail address."
DEAD_EMAIL = "Their address no longer takes mail."
GOES_WITH_LAUNCH = "This message goes with its launch: arm that, and press Go there."
GOES_WITH_JOURNEY = "This e-mail goes out by journeys, to each as they come to it."
NOT_ON_LIST = "No longer on the list."
CAPPED = "They chose to hear less often, and had a message lately."
NOT_EXPLICIT = "No explicit consent any more to be chosen by special data."
MOVED_OUT = "Moved out of these seats."


@dataclass(frozen=True)
class Brief:
    """All that is asked before a message is pressed. Problems arrive in the organiser's words."""

    seats: int
    has_open_page: bool
    is_marketing: bool
    goes_with_launch: bool = False
    account_problem: str = ""
    audience_problem: str = ""
    is_approved: bool = False
    content_problems: Sequence[str] = field(default_factory=tuple)
    legal_problems: Sequence[str] = field(default_factory=tuple)
    preflight_problems: Sequence[str] = field(default_factory=tuple)


def problems_before_pressing(brief: Brief) -> list[str]:
    """List every reason the message may not go out."""
    problems = []
    if not brief.is_marketing:
        problems.append("This is service mail: it goes out by itself, to people who acted.")
    if brief.goes_with_launch:
        problems.append(GOES_WITH_LAUNCH)
    if not brief.seats:
        problems.append("Choose at least one target seat.")
    if not brief.has_open_page:
        problems.append("Open the page that its link leads to.")
    if brief.account_problem:
        problems.append(brief.account_problem)
    if brief.audience_problem:
        problems.append(brief.audience_problem)
    problems += brief.content_problems
    problems += brief.legal_problems
    problems += brief.preflight_problems
    if not brief.is_approved:
        problems.append("Ask someone else to approve it.")
    return problems


def wait_after(attempts: int) -> timedelta | None:
    """How long a message refused for now waits before going again; None: long enough, it failed.

    >>> wait_after(1), wait_after(2), wait_after(40)
    (datetime.timedelta(seconds=5), datetime.timedelta(seconds=15), None)
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    times: int = 3 ** min(attempts - 1, 8)
    return min(FIRST_WAIT * times, LONGEST_WAIT)


@dataclass(frozen=True)
class FirstTimes:
    """Seconds from the press to a seat's first delivery: the quickest, the middle, the slowest."""

    first_s: float | None = None
    median_s: float | None = None
    last_s: float | None = None


def first_times(pressed_at: datetime, firsts: Iterable[datetime]) -> FirstTimes:
    """Reckon over the seats that had a delivery."""
    seconds = sorted((at - pressed_at).total_seconds() for at in firsts)
    if not seconds:
        return FirstTimes()
    return FirstTimes(seconds[0], median(seconds), seconds[-1])


def grouped_by_words(found: Iterable[tuple[str, str]]) -> list[str]:
    """Say each thing once with the seats it concerns: (words, seat) pairs, in order.

    >>> grouped_by_words([("Add who promoted this.", "Neath"), ("Add who promoted this.", "Hove")])
    ['Add who promoted this. (Neath, Hove)']
    """
    seats: dict[str, list[str]] = {}
    for words, seat in found:
        seats.setdefault(words, []).append(seat)
    return [f"{words}{_listed([n for n in names if n])}" for words, names in seats.items()]


def _listed(names: Sequence[str]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f" ({', '.join(names[:3])}{more})"
