"""One line of a person's timeline, and what of it somebody may see."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Moment:
    """One line of the timeline."""

    at: datetime
    words: str
    source: str
    icon: str
    state: str
    kind: str
    code: str = ""
    is_of_day: bool = False
    """Only its day was given, as in a file: no hour is known."""
    undo: int = 0
    """The change that may be taken back; 0: none."""
    is_quote: bool = False
    """Somebody's own words."""


@dataclass(frozen=True)
class Eyes:
    """What whoever looks may see beyond the person themselves."""

    may_see_audit: bool = False
    may_see_special: bool = False
    may_change: bool = False


@dataclass(frozen=True)
class Window:
    """What is asked of each room: moments of a kind (empty: all) before an instant, so many."""

    kind: str
    before: datetime
    most: int
