"""Where a launch stands, in one word, on its path, and in counts for its first sentence."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil

from muster.launches.standing import Standing
from muster.lib.words import counted
from muster.web.launch_problems import Problems
from muster.web.launch_seats import Seat

PATH = ("Drafted", "Ready", "Staged", "Rehearsed", "Armed", "Live")
STEPS = {"drafted": 0, "staged": 2, "rehearsed": 3, "armed": 4, "going": 5, "stopped": 5}
SHORT = 120  # seconds told as such
AFTER = {"going", "stopped", "finished"}


@dataclass(frozen=True)
class Badge:
    """`state` is a badge's class."""

    state: str
    word: str


@dataclass(frozen=True)
class Step:
    """One step of the path: done, now, or still to come."""

    word: str
    state: str


@dataclass(frozen=True)
class Counts:
    """Seats by what someone must do about them; the parts add up to `seats`."""

    seats: int
    items: int
    by_state: dict[str, int] = field(default_factory=dict)

    def of(self, *states: str) -> int:
        return sum(self.by_state.get(state, 0) for state in states)

    @property
    def ready(self) -> int:
        return self.of("ready", "staged", "nobody")

    @property
    def live(self) -> int:
        return self.of("live")

    @property
    def armed(self) -> int:
        return self.of("ready", "staged", "stopped")

    @property
    def going(self) -> int:
        return self.of("going")

    @property
    def waiting(self) -> int:
        return self.of("waiting")

    @property
    def held(self) -> int:
        return self.of("held")

    @property
    def failed(self) -> int:
        return self.of("failed")

    @property
    def to_look_at(self) -> int:
        return self.of("waiting", "held", "failed")


def badge_of(stands: Standing, problems: Problems | None) -> Badge:
    """The launch in one word."""
    if stands.state == "going":
        return Badge("live", "Live now")
    if stands.state == "stopped":
        return Badge("failed", "Stopped")
    if stands.state == "finished":
        return Badge("ready", "Done")
    if problems is not None and not problems.is_ready:
        return Badge("waiting", "Armed, not ready" if stands.state == "armed" else "Not ready")
    if stands.state == "drafted" and problems is not None and problems.uploading:
        return Badge("live", "Being staged")
    words = {"drafted": "Ready", "staged": "Staged", "rehearsed": "Rehearsed", "armed": "Armed"}
    return Badge("ready", words[stands.state])


def path_of(stands: Standing, problems: Problems | None) -> list[Step]:
    """How far along the path it is."""
    reached = STEPS.get(stands.state, len(PATH))
    if stands.state == "drafted" and problems is not None and problems.is_ready:
        reached = STEPS["staged"] if problems.uploading else 1
    is_over = stands.state == "finished"
    return [
        Step(word, "done" if n < reached or is_over else "now" if n == reached else "to come")
        for n, word in enumerate(PATH)
    ]


@dataclass(frozen=True)
class GoingOut:
    """What a press would let go: without what is held or withdrawn."""

    seats: int
    held: int
    people: int
    people_waiting: int


def going_out(stands: Standing, within: frozenset[int] | None = None) -> GoingOut:
    """Seats with anything left to go, and the people of their e-mails; what is held stays."""
    shown = [seat for seat in stands.seats if within is None or seat.place_id in within]
    kept = ("held", "withdrawn", "nobody")
    going = [s for s in shown if any(item.state not in kept for item in s.items.values())]
    mails = [s.items["email"] for s in going if "email" in s.items]
    mails = [mail for mail in mails if mail.state not in kept]
    people, waiting = sum(mail.total for mail in mails), sum(mail.waiting for mail in mails)
    held = sum(any(item.state == "held" for item in s.items.values()) for s in shown)
    return GoingOut(len(going), held, people, waiting)


def counts_of(seats: Sequence[Seat]) -> Counts:
    by_state: dict[str, int] = {}
    for seat in seats:
        by_state[seat.state] = by_state.get(seat.state, 0) + 1
    return Counts(len(seats), sum(len(seat.items) for seat in seats), by_state)


def clock(seconds: float | None) -> str:
    """Minutes, seconds and tenths.

    >>> clock(63.25), clock(None)
    ('01:03.2', '–')
    """
    return "–" if seconds is None else f"{int(seconds // 60):02}:{seconds % 60:04.1f}"


def in_words(seconds: float | None) -> str:
    """How long it took, for a sentence.

    Rounded up: it was live within that time.

    >>> in_words(3.31), in_words(119.6), in_words(130), in_words(None)
    ('3.4 seconds', '119.6 seconds', '3 minutes', '')
    """
    if seconds is None:
        return ""
    if seconds <= SHORT:
        return f"{ceil(round(seconds * 10, 3)) / 10:.1f} seconds"
    return counted(ceil(seconds / 60), "minute", "minutes")
