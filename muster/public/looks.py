"""What viewers are told of a message or a launch under way: looked at once, drawn for each."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from muster.lib.tickets import Ticket

STRIP = 40
RUNNING = frozenset({"laying_out", "releasing", "staging", "rehearsing", "going"})


class Look(Protocol):
    """How one thing stands at one moment, as plain values."""

    @property
    def is_running(self) -> bool:
        """Is anything under way? What rests is looked at less often."""
        ...

    def key(self, ticket: Ticket) -> Hashable:
        """Viewers with the same key may see the same, and are told the same."""
        ...

    def values(self, key: Hashable) -> dict[str, Any]:
        """What those with this key may see."""
        ...


@dataclass(frozen=True)
class ProgressLook:
    """A sending's progress, and the ids of its seats' codes."""

    whole: dict[str, Any]
    ids: dict[str, int]

    @property
    def is_running(self) -> bool:
        return self.whole["state"] in RUNNING

    def key(self, ticket: Ticket) -> Hashable:
        if ticket.seats is None:
            return None
        return frozenset(code for code, id in self.ids.items() if id in ticket.seats)

    def values(self, key: Hashable) -> dict[str, Any]:
        """To those of some seats, only the state and their seats, no totals."""
        if not isinstance(key, frozenset):
            return self.whole
        seats = {c: v for c, v in self.whole.get("seats", {}).items() if c in key}
        mine = {"sending_id": self.whole["sending_id"], "state": self.whole["state"]}
        return {**mine, "seats": seats}


@dataclass(frozen=True)
class LaunchLook:
    """How a launch stands; `draw` narrows it to some seats, or to none for the whole."""

    state: str
    draw: Callable[[frozenset[int] | None], dict[str, Any]]
    refusals: Sequence[Any] = ()

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    def key(self, ticket: Ticket) -> Hashable:
        return ticket.seats

    def values(self, key: Hashable) -> dict[str, Any]:
        seats = key if isinstance(key, frozenset) else None
        return {**self.draw(seats), "refusals": refused(self.refusals, seats)}


def refused(
    refusals: Iterable[Any], seats: frozenset[int] | None
) -> list[dict[str, str | int | None]]:
    """Refusals as plain values, in the order given; those in these seats."""
    return [
        {
            "at": one.at.isoformat(),
            "seat": one.place_name,
            "kind": one.kind,
            "words": one.words,
            "count": one.count,
        }
        for one in refusals
        if seats is None or one.place_id in seats
    ]


def progress_of(sending_id: int, organisation_id: int) -> Look | None:
    """How far a sending is; None: this organisation has none of that number."""
    from muster.messaging import progress
    from muster.messaging.models import Sending
    from muster.places.models import Place

    sending = Sending.objects.filter(pk=sending_id, organisation_id=organisation_id).first()
    if sending is None:
        return None
    values = progress.progress(sending).as_json()
    ids = Place.objects.filter(code__in=values.get("seats", {})).values_list("code", "id")
    return ProgressLook(values, dict(ids))


def launch_of(launch_id: int, organisation_id: int) -> Look | None:
    """How a launch stands; None: this organisation has none of that number."""
    from muster.launches import refusals, standing
    from muster.launches.models import Launch

    launch = Launch.objects.filter(pk=launch_id, organisation_id=organisation_id).first()
    if launch is None:
        return None
    stands = standing.standing(launch)
    return LaunchLook(stands.state, stands.as_json, refusals.latest(launch, limit=STRIP))


LOOKS: dict[str, Callable[[int, int], Look | None]] = {
    "progress": progress_of,
    "launch": launch_of,
}
# Told once whole, then only the seats that changed: 650 seats a second would be felt.
BY_CHANGES = frozenset({"launch"})


def changes(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """Only what differs from `before`; of the seats, only those that do.

    >>> changes({"n": 1, "m": 1, "seats": {"a": 1, "b": 2}}, {"n": 2, "m": 1, "seats": {"b": 3}})
    {'n': 2, 'seats': {'b': 3}}
    """
    known = before.get("seats", {})
    seats = {code: seat for code, seat in now["seats"].items() if known.get(code) != seat}
    told = {name: value for name, value in now.items() if before.get(name) != value}
    return {**told, "seats": seats}
