"""Decisions about posts and ads, on plain values: what is owed to the network, and when again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

LOOKS = (timedelta(0), timedelta(seconds=2), timedelta(seconds=5))  # before each read-back
SETTLED = timedelta(seconds=2)  # after a call's time-out nothing of it can still be done
FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=10)
ENDED = ("failed", "uncertain")
CREATES = {("post", "go"), ("ad", "stage")}  # what must never be done twice


@dataclass(frozen=True, slots=True)
class Standing:
    """One publication and its batch, as far as these decisions need them."""

    kind: str
    state: str
    review: str = ""
    is_held: bool = False
    is_on: bool = False
    in_doubt: bool = False
    is_released: bool = False
    is_stopped: bool = False
    is_placed: bool = False  # the network has a name for it
    is_removed: bool = False


def owed(now: Standing) -> str:
    """What a worker must do at the network next; "" when nothing.

    look: ask for our reference · stage · review: ask how it stands · go: post, or switch on for
    the first time · on, off: a live ad · remove.
    """
    if now.state in ENDED:
        return ""
    if now.in_doubt:
        return "look"
    if now.state == "withdrawn":
        return "remove" if now.is_placed and not now.is_removed else ""
    if now.state == "live":
        return _switch(now)
    if now.is_stopped:
        return ""
    if now.state == "staging":
        return "stage"
    if now.review == "pending":
        return "review"
    return "go" if now.is_released and not now.is_held else ""


def _switch(now: Standing) -> str:
    wanted = not (now.is_held or now.is_stopped)
    if now.kind != "ad" or wanted == now.is_on:
        return ""
    return "on" if wanted else "off"


def leaves_doubt(kind: str, doing: str, *, is_placed: bool) -> bool:
    """Must we look before doing it again? Switching and removing are the same done twice."""
    return (kind, doing) in CREATES and not is_placed


def look_again(looks: int, *, begun_at: datetime, at: datetime, timeout: float) -> datetime | None:
    """When the network is asked for our reference after so many looks found nothing; None: enough.

    The last look is when any call begun must have ended, at the network too.
    """
    if looks >= len(LOOKS):
        return None
    due = at + LOOKS[looks]
    if looks == len(LOOKS) - 1:
        due = max(due, begun_at + timedelta(seconds=timeout) + SETTLED)
    return due


def wait_after(attempts: int) -> timedelta:
    """How long to wait before asking again, where the service names no time of its own.

    >>> wait_after(1), wait_after(3), wait_after(30)
    (datetime.timedelta(seconds=1), datetime.timedelta(seconds=4), datetime.timedelta(seconds=600))
    """
    times: int = 2 ** min(max(attempts - 1, 0), 12)
    return min(FIRST_WAIT * times, LONGEST_WAIT)


def review_wait(waited: timedelta) -> timedelta:
    """How long until an ad's review is asked after again: the older, the rarer.

    >>> review_wait(timedelta(seconds=2)), review_wait(timedelta(days=1))
    (datetime.timedelta(seconds=1), datetime.timedelta(seconds=300))
    """
    return min(max(waited / 4, timedelta(seconds=1)), timedelta(minutes=5))


@dataclass(frozen=True, slots=True)
class Material:
    """All that one publication says, and what its service takes."""

    words: str
    headline: str
    call: str
    link: str
    alt: str
    pictures: Sequence[str]
    most_words: int
    most_headline: int
    most_call: int
    most_pictures: int


def problems_of(material: Material) -> list[str]:
    """Every reason the service would not take it, in the organiser's words."""
    problems = []
    lengths = [
        ("words", material.words, material.most_words),
        ("headline", material.headline, material.most_headline),
        ("call", material.call, material.most_call),
    ]
    for name, said, most in lengths:
        if len(said) > most:
            problems.append(f"Its {name} may have {most} letters, not {len(said)}.")
    if not material.words.strip():
        problems.append("It has no words.")
    if len(material.pictures) > material.most_pictures:
        problems.append(f"It may have {material.most_pictures} pictures.")
    if material.pictures and not material.alt.strip():
        problems.append("Say what its picture shows.")
    if material.link and not _is_link(material.link):
        problems.append("Its link leads nowhere.")
    return problems


def _is_link(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
