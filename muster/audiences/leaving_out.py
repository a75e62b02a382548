"""Who of an audience a channel does not reach, and why. The law's reasons come from above.

Every person's way on a channel is one value (`people.models.Way`); each value is either open or has
one reason here, so that the numbers add up to the audience.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from muster.people.models import Way

CHANNELS = {"email": "E-mail", "sms": "Text message", "call": "Phone call", "post": "Post"}
OPEN = (Way.BOUNCING, Way.OPEN)
CAPPED = max(Way) + 1
"""Beyond the ways a summary holds: open, but for what a higher room registers (`register_cap`)."""


@dataclass(frozen=True)
class Reason:
    """Why people are left out. `rule`: the law's id, where it is the law."""

    words: str
    rule: str = ""


@dataclass(frozen=True)
class Left:
    """How many are left out for one reason."""

    reason: Reason
    number: int


@dataclass(frozen=True)
class Reached:
    """One channel's share of an audience: reached and left out make its total."""

    channel: str
    name: str
    number: int
    left: list[Left]


_reasons: dict[tuple[str, int], Reason] = {}
_caps: dict[str, dict[str, Any]] = {}


def register(way: Way, reason: Reason, *channels: str) -> None:
    """Say why this way closes these channels (all of them, if none is named)."""
    for channel in channels or CHANNELS:
        _reasons[channel, int(way)] = reason


def register_cap(channel: str, leaf: dict[str, Any], reason: Reason) -> None:
    """Say who, though a channel is open to them, is left out of it for now: a condition."""
    _caps[channel] = leaf
    _reasons[channel, CAPPED] = reason


def caps() -> dict[str, dict[str, Any]]:
    """The conditions registered, by channel."""
    return dict(_caps)


register(Way.NO_ADDRESS, Reason("Nothing known to reach them by"))
register(Way.DEAD, Reason("Their address no longer takes anything"))
for _way in (Way.STOPPED, Way.UNSAID, Way.REFUSED):
    register(_way, Reason(str(_way.label)))


def shares(by_channel: Mapping[str, Mapping[int, int]]) -> list[Reached]:
    """Each channel, how many it reaches, and why not the others: the most first."""
    return [_share(channel, name, by_channel[channel]) for channel, name in CHANNELS.items()]


def _share(channel: str, name: str, ways: Mapping[int, int]) -> Reached:
    number = sum(n for way, n in ways.items() if way in OPEN)
    left: dict[Reason, int] = {}
    for way, n in ways.items():
        if way not in OPEN and n:
            reason = _reasons[channel, way]
            left[reason] = left.get(reason, 0) + n
    rows = [Left(reason, n) for reason, n in sorted(left.items(), key=lambda item: -item[1])]
    return Reached(channel, name, number, rows)
