"""The last rehearsal: how long each seat took, with nothing leaving."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from muster.launches.models import Launch
from muster.messaging import progress
from muster.messaging.models import Sending
from muster.messaging.standing import seats_of
from muster.places.models import Place
from muster.publishing import standing as publications

SLOWEST = 12


@dataclass(frozen=True)
class SeatTiming:
    """Seconds from the rehearsal's start until a seat would have been live."""

    name: str
    seconds: float


@dataclass(frozen=True)
class Rehearsal:
    """A rehearsal, seat by seat. `seconds` is how long its e-mails took in all."""

    is_running: bool
    audience: int
    done: int
    left_out: int
    seconds: float | None
    seats: Sequence[SeatTiming]

    @property
    def sent(self) -> int:
        """E-mails: of the audience, whoever the law and their consent let be written to."""
        return self.done - self.left_out

    @property
    def median_s(self) -> float | None:
        return median(seat.seconds for seat in self.seats) if self.seats else None

    @property
    def last_s(self) -> float | None:
        return max((seat.seconds for seat in self.seats), default=None)

    @property
    def bars(self) -> list[tuple[SeatTiming, float]]:
        """The slowest seats, each with its share of the slowest of all, in per cent.

        None where they all took as long, to the tenth that is shown: there is nothing to see.
        """
        slowest = sorted(self.seats, key=lambda seat: -seat.seconds)[:SLOWEST]
        if len({round(seat.seconds, 1) for seat in slowest}) < 2:
            return []
        most = slowest[0].seconds if slowest else 0
        return [(seat, round(100 * seat.seconds / (most or 1), 1)) for seat in slowest]


def last_of(launch: Launch, within: frozenset[int] | None) -> dict[str, Any]:
    """The template's `rehearsal`, for those who see every seat; nothing before the first."""
    sending = launch.rehearsal
    if sending is None or launch.rehearsed_at is None or within is not None:
        return {}
    stands = progress.progress(sending)
    ended = stands.finished_at
    found = Rehearsal(
        is_running=ended is None and sending.stopped_at is None,
        audience=stands.audience,
        done=stands.done,
        left_out=sum(stands.left_out.values()),
        seconds=(ended - launch.rehearsed_at).total_seconds() if ended else None,
        seats=timings(launch, sending, launch.rehearsed_at) if ended else [],
    )
    return {"rehearsal": found}


def timings(launch: Launch, sending: Sending, began: datetime) -> list[SeatTiming]:
    """Each seat until its first e-mail was taken and its post and ad were out, in the sink."""
    out = {id: [seat.first_at] for id, seat in seats_of(sending).items() if seat.first_at}
    if launch.rehearsal_batch is not None:
        for row in publications.of(launch.rehearsal_batch):
            if row.live_at:
                out.setdefault(row.place_id, []).append(row.live_at)
    names = dict(Place.objects.filter(pk__in=out).values_list("pk", "name"))
    return [
        SeatTiming(names[id], (max(times) - began).total_seconds()) for id, times in out.items()
    ]
