"""The ports by which a message is held up to the world outside before it goes out."""

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Visited:
    """What a link answered: `is_dead` where it said that nothing is there."""

    is_dead: bool
    words: str = ""


class Visitor(Protocol):
    """Asks a web address whether it is there, at public addresses only, and reads nothing."""

    def __call__(self, url: str) -> Visited: ...


@dataclass(frozen=True, slots=True)
class Scored:
    """How a spam filter saw a letter: the more points, the worse; spam from `limit` on."""

    by: str
    points: float
    limit: float
    rules: tuple[tuple[float, str], ...] = ()
    """Points and words of each rule that fired, the dearest first."""


class Filter(Protocol):
    """Scores one whole letter on this machine; None where no filter is installed or answers."""

    def __call__(self, letter: bytes) -> Scored | None: ...


def visit(url: str) -> Visited:
    visitor: Visitor = import_string(settings.LINK_PROVIDER)
    return visitor(url)


def score(letter: bytes) -> Scored | None:
    judge: Filter = import_string(settings.SPAM_PROVIDER)
    return judge(letter)
