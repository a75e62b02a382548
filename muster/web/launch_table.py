"""The seats of a launch counted by state: the chips that filter them, the report's lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from muster.launches.standing import Standing
from muster.web.launch_seats import KINDS, WORDS
from muster.web.launch_standing import Counts

LOOK = ("waiting", "held", "failed")
ORDER = (
    "live",
    "going",
    "staged",
    "ready",
    "stopped",
    "waiting",
    "held",
    "failed",
    "withdrawn",
    "nobody",
)


@dataclass(frozen=True)
class Chip:
    """A filter of the table and the map: which states it keeps, and how many seats are in them."""

    key: str
    words: str
    states: str
    number: int


def chips_of(counts: Counts) -> list[Chip]:
    """Those to look at first, then each state that some seat is in; none if all are in one."""
    found = [
        Chip(state, WORDS[state].lower(), state, counts.of(state))
        for state in ORDER
        if counts.of(state)
    ]
    if len([chip for chip in found if chip.key in LOOK]) > 1:
        found.insert(0, Chip("look", "to look at", " ".join(LOOK), counts.of(*LOOK)))
    return found if len(found) > 1 else []


def states_of(counts: Counts) -> list[tuple[str, int, str]]:
    """Words, seats and state of every state some seat is in: they add up to all seats."""
    return [(WORDS[state], counts.of(state), state) for state in ORDER if counts.of(state)]


def kinds_of(stands: Standing) -> Sequence[tuple[str, str]]:
    return [(kind, KINDS[kind]) for kind in stands.kinds]
