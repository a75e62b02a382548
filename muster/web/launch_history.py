"""What happened to a launch, in sentences: who did what to which seat, when, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from muster.launches.history import Happened
from muster.lib.words import counted
from muster.web.launch_seats import KINDS

# what → words ({who}, {of}: "the post in Stroud" or "Stroud" or "everything"), icon, state
WORDS: dict[str, tuple[str, str, str]] = {
    "drafted": ("{who} drafted it", "file-text", ""),
    "changed": ("{who} changed {of}", "pen-line", ""),
    "rehearsed": ("{who} rehearsed it", "timer", "ready"),
    "armed": ("{who} armed it", "lock-keyhole", "waiting"),
    "arming lapsed": ("{who} no longer arms it", "lock-keyhole-open", "waiting"),
    "sealed": ("{who} sealed it", "shield-check", "ready"),
    "resealed": ("{who} sealed {of} again", "shield-check", "ready"),
    "disarmed": ("{who} disarmed it", "lock-keyhole-open", "waiting"),
    "went": ("{who} pressed Go", "rocket", "live"),
    "held": ("{who} held {of}", "pause", "waiting"),
    "let go": ("{who} released {of}", "play", "ready"),
    "withdrawn": ("{who} withdrew {of}", "undo-2", "failed"),
    "retried": ("{who} tried {of} again", "refresh-cw", ""),
    "stopped": ("{who} stopped everything", "octagon-x", "failed"),
    "put away": ("{who} put it away", "archive", ""),
    "taken out": ("{who} took it out again", "archive-restore", ""),
    "renamed": ("{who} gave it another name", "pen-line", ""),
    "went on": ("{who} let it go on", "play", "ready"),
    "live": ("{Of} went live", "radio", "live"),
    "failed": ("{Of} failed", "octagon-x", "failed"),
    "refused": ("{Of} was refused", "octagon-x", "failed"),
    "uncertain": ("Of {of} no answer came", "circle-question-mark", "waiting"),
    "staged": ("{who} staged {of}", "upload", "ready"),
    "staging": ("{Of} is being staged", "upload", ""),
    "releasing": ("{Of} was handed over", "send", ""),
    "paused": ("{Of} was paused", "pause", "waiting"),
    "running": ("{Of} runs again", "play", "ready"),
    "removed": ("{Of} was taken down", "undo-2", "failed"),
    "unanswered": ("Of {of} no answer came yet", "circle-question-mark", "waiting"),
    "found": ("{Of} was found to be out already", "circle-check", "ready"),
    "waits": ("{Of} waits for its network", "hourglass", "waiting"),
    "review refused": ("{Of} was refused in review", "octagon-x", "failed"),
    "review passed": ("{Of} passed review", "badge-check", "ready"),
    "finished": ("Everything had its end", "circle-check", "ready"),
}
NOBODY = "Muster"
MANY = 4


@dataclass(frozen=True)
class Line:
    """One line of the history."""

    words: str
    icon: str
    state: str
    at: datetime
    reason: str


def told(happened: Iterable[Happened]) -> list[Line]:
    """The history in words, in the order given; what happened to many seats at once is one line."""
    folded: dict[tuple[object, ...], list[Happened]] = {}
    for one in happened:
        minute = one.at.replace(second=0, microsecond=0)
        key = (one.what, one.kind, one.by, one.reason, minute)
        folded.setdefault(key, []).append(one)
    return [line for group in folded.values() for line in _lines(group)]


def _lines(group: Sequence[Happened]) -> list[Line]:
    if len(group) < MANY:
        return [_line(one, _of(one)) for one in group]
    return [_line(group[0], _of_many(group))]


def _line(one: Happened, of: str) -> Line:
    words, icon, state = WORDS.get(one.what, ("{who}: " + one.what, "circle-dot", ""))
    said = words.format(who=one.by or NOBODY, of=of, Of=of[:1].upper() + of[1:])
    return Line(said, icon, state, one.at, one.reason)


def _of(one: Happened) -> str:
    """ "the post in Stroud", "Stroud", "everything"."""
    kind = f"the {KINDS[one.kind].lower()}" if one.kind in KINDS else ""
    if kind and one.place_name:
        return f"{kind} in {one.place_name}"
    return kind or one.place_name or "everything"


def _of_many(group: Sequence[Happened]) -> str:
    """ "the post in 40 seats"."""
    kind = f"the {KINDS[group[0].kind].lower()} in " if group[0].kind in KINDS else ""
    seats = len({one.place_id for one in group})
    return f"{kind}{counted(seats, 'seat', 'seats')}"


def joined(names: Sequence[str]) -> str:
    """Names as one says them.

    >>> joined(["Ada"]), joined(["Ada", "Ben"]), joined(["Ada", "Ben", "Cara"])
    ('Ada', 'Ada and Ben', 'Ada, Ben and Cara')
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
