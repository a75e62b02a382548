"""The last rehearsal: how long each seat took, with nothing leaving."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from muster.launches.models import Launch
from muster.messaging import progress
from muster.messaging.models import Sending
from muster.messaging.standing import seats_of
from muster.places.models import Place

SLOWEST = 10


@dataclass(frozen=True)
class SeatTiming:
    """Seconds from the rehearsal's start to a seat's first and last message."""

    name: str
    people: int
    first_s: float
    last_s: float


@dataclass(frozen=True)
class Rehearsal:
    """A rehearsal of the e-mails, seat by seat."""

    sending: Sending
    is_running: bool
    audience: int
    done: int
    left_out: int
    seconds: float | None
    seats: Sequence[SeatTiming]

    @property
    def median_s(self) -> float | None:
        return median(seat.last_s for seat in self.seats) if self.seats else None

    @property
    def slowest(self) -> list[SeatTiming]:
        return sorted(self.seats, key=lambda seat: -seat.last_s)[:SLOWEST]

    @property
    def bars(self) -> list[tuple[SeatTiming, float]]:
        """The slowest with their share of the slowest of all, in per cent."""
        most = max((seat.last_s for seat in self.slowest), default=0) or 1
        return [(seat, round(100 * seat.last_s / most, 1)) for seat in self.slowest]


def last_of(launch: Launch, within: frozenset[int] | None) -> dict[str, Any]:
    """The template's `rehearsal`, for those who see every seat; nothing before the first."""
    sending = launch.rehearsal
    if sending is None or within is not None:
        return {}
    stands = progress.progress(sending)
    ended = stands.finished_at
    return {
        "rehearsal": Rehearsal(
            sending=sending,
            is_running=ended is None and sending.state != Sending.State.STOPPED,
            audience=stands.audience,
            done=stands.done,
            left_out=sum(stands.left_out.values()),
            seconds=(ended - stands.pressed_at).total_seconds() if ended else None,
            seats=_timings(sending),
        )
    }


def _timings(sending: Sending) -> list[SeatTiming]:
    found = seats_of(sending)
    names = dict(Place.objects.filter(pk__in=found).values_list("pk", "name"))
    began = sending.pressed_at
    return [
        SeatTiming(
            names[place_id],
            seat.total,
            (seat.first_at - began).total_seconds(),
            (seat.last_at - began).total_seconds(),
        )
        for place_id, seat in found.items()
        if seat.first_at and seat.last_at and place_id in names
    ]
