"""What happened to a launch, in sentences: who did what to which seat, when, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from muster.launches.history import Happened
from muster.web.launch_seats import KINDS

# what → words ({who}, {of}: "the post in Stroud" or "Stroud" or "everything"), icon, state
WORDS: dict[str, tuple[str, str, str]] = {
    "drafted": ("{who} drafted it", "file-text", ""),
    "changed": ("{who} changed {of}", "pen-line", ""),
    "staged": ("{who} staged {of}", "upload", "ready"),
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
    "went on": ("{who} let it go on", "play", "ready"),
    "live": ("{Of} went live", "radio", "live"),
    "failed": ("{Of} failed", "octagon-x", "failed"),
    "refused": ("{Of} was refused", "octagon-x", "failed"),
    "uncertain": ("Of {of} no answer came", "circle-question-mark", "waiting"),
    "review passed": ("{Of} passed review", "badge-check", "ready"),
    "finished": ("Everything had its end", "circle-check", "ready"),
}
NOBODY = "Muster"


@dataclass(frozen=True)
class Line:
    """One line of the history."""

    words: str
    icon: str
    state: str
    at: datetime
    reason: str


def told(happened: Iterable[Happened]) -> list[Line]:
    """The history in words, in the order given."""
    return [_line(one) for one in happened]


def _line(one: Happened) -> Line:
    words, icon, state = WORDS.get(one.what, ("{who}: " + one.what, "circle-dot", ""))
    of = _of(one)
    said = words.format(who=one.by or NOBODY, of=of, Of=of[:1].upper() + of[1:])
    return Line(said, icon, state, one.at, one.reason)


def _of(one: Happened) -> str:
    """ "the post in Stroud", "Stroud", "everything"."""
    kind = f"the {KINDS[one.kind].lower()}" if one.kind in KINDS else ""
    if kind and one.place_name:
        return f"{kind} in {one.place_name}"
    return kind or one.place_name or "everything"


def joined(names: Sequence[str]) -> str:
    """Names as one says them.

    >>> joined(["Ada"]), joined(["Ada", "Ben"]), joined(["Ada", "Ben", "Cara"])
    ('Ada', 'Ada and Ben', 'Ada, Ben and Cara')
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
