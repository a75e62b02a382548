"""How a launch stands: one cheap look, whatever its size; every number adds up."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from muster.launches import rules
from muster.launches.gathering import Gathered, gather
from muster.launches.item_now import ItemNow, item_now
from muster.launches.models import Launch
from muster.launches.pace import per_second
from muster.messaging.standing import NOBODY

NOT_TO_COME = frozenset({"withdrawn", "nobody"})


@dataclass(frozen=True, slots=True)
class SeatNow:
    """One seat: its items by kind, and since when all that it has is live."""

    place_id: int
    code: str
    name: str
    slug: str
    candidate: str
    state: str
    live_at: datetime | None
    live_s: float | None
    items: dict[str, ItemNow]

    @property
    def reason(self) -> str:
        """The first thing that stands in its way."""
        return next((item.reason for item in self.items.values() if item.reason), "")


@dataclass(frozen=True, slots=True)
class Standing:
    """One launch now. audience = delivered + failed + left out + uncertain + waiting, always.

    Times in seconds from Go to a seat being live; median and last over those live so far.
    `seats_asked` leaves out seats that have nothing left to go out.
    """

    launch_id: int
    state: str
    sealed_at: datetime | None
    went_at: datetime | None
    stopped_at: datetime | None
    finished_at: datetime | None
    stopped_by: str
    armed_by: list[str]
    kinds: tuple[str, ...]
    seats: list[SeatNow]
    audience: int
    delivered: int
    failed: int
    left_out: dict[str, int]
    uncertain: int
    waiting: int
    per_second: float
    first_s: float | None
    median_s: float | None
    last_s: float | None
    seats_live: int
    seats_asked: int
    not_recallable: int

    @property
    def by_state(self) -> dict[str, int]:
        """How many seats are in each state; adds up to all of them."""
        found: dict[str, int] = {}
        for seat in self.seats:
            found[seat.state] = found.get(seat.state, 0) + 1
        return found

    @property
    def items_by_state(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for item in (item for seat in self.seats for item in seat.items.values()):
            found[item.state] = found.get(item.state, 0) + 1
        return found

    def as_json(self, seats: Collection[int] | None = None) -> dict[str, Any]:
        """The same for a page's script. `seats` (ids) narrows it: sums of those, no clocks."""
        shown = [s for s in self.seats if seats is None or s.place_id in seats]
        numbers = [sum(column) for column in zip(*(_numbers(s) for s in shown), strict=True)]
        total, delivered, failed, left_out, uncertain, waiting = numbers or [0] * 6
        is_whole = seats is None
        return {
            "launch_id": self.launch_id,
            "state": self.state,
            "went_at": _iso(self.went_at),
            "stopped_at": _iso(self.stopped_at),
            "finished_at": _iso(self.finished_at),
            "audience": total,
            "delivered": delivered,
            "failed": failed,
            "left_out": self.left_out if is_whole else {},
            "left_out_total": left_out,
            "uncertain": uncertain,
            "waiting": waiting,
            "per_second": round(self.per_second, 1) if is_whole else 0,
            "first_s": self.first_s if is_whole else None,
            "median_s": self.median_s if is_whole else None,
            "last_s": self.last_s if is_whole else None,
            "seats_live": sum(seat.live_at is not None for seat in shown),
            "seats_asked": sum(_is_asked(seat) for seat in shown),
            "not_recallable": sum(_beyond_recall(seat) for seat in shown),
            "seats": {seat.code: _seat_json(seat) for seat in shown},
        }


def standing(launch: Launch, at: datetime | None = None) -> Standing:
    """Read how it stands. Before Go, what stands in the way is up to five seconds old."""
    seen = gather(launch, at)
    seats = [_seat(seen, place_id) for place_id in seen.places]
    finished_at = _finished_at(seen, seats)
    clocks = rules.clocks(seat.live_s for seat in seats if seat.live_s is not None)
    return Standing(
        launch_id=seen.launch.pk,
        state=_state(seen, seats, finished_at),
        finished_at=finished_at,
        armed_by=seen.armed_by,
        kinds=seen.kinds,
        seats=seats,
        seats_live=sum(seat.live_at is not None for seat in seats),
        seats_asked=sum(_is_asked(seat) for seat in seats),
        not_recallable=sum(_beyond_recall(seat) for seat in seats),
        **asdict(clocks),
        **_decided(seen.launch),
        **_mailed(seen, finished_at),
    )


def _decided(launch: Launch) -> dict[str, Any]:
    return {
        "sealed_at": launch.sealed_at,
        "went_at": launch.went_at,
        "stopped_at": launch.stopped_at,
        "stopped_by": launch.stopped_by.name if launch.stopped_by else "",
    }


def _mailed(seen: Gathered, finished_at: datetime | None) -> dict[str, Any]:
    """The e-mails' numbers over all seats, of one moment."""
    tallies = list(seen.tallies.values())
    delivered = sum(tally.delivered for tally in tallies)
    return {
        "audience": sum(tally.total for tally in tallies),
        "delivered": delivered,
        "failed": sum(tally.failed for tally in tallies),
        "left_out": seen.left_out,
        "uncertain": sum(tally.uncertain for tally in tallies),
        "waiting": sum(tally.waiting for tally in tallies),
        "per_second": per_second(seen.launch, delivered, finished_at),
    }


def _seat(seen: Gathered, place_id: int) -> SeatNow:
    place = seen.places[place_id]
    items = {kind: item_now(seen, place_id, kind) for kind in seen.kinds}
    live_at = _live_at(list(items.values()))
    went_at = seen.launch.went_at
    is_stopped = bool(seen.launch.stopped_at) and live_at is None
    return SeatNow(
        place_id=place_id,
        code=place.code,
        name=place.name,
        slug=place.slug,
        candidate=place.candidate,
        state=rules.seat_state({k: i.state for k, i in items.items()}, is_stopped=is_stopped),
        live_at=live_at,
        live_s=(live_at - went_at).total_seconds() if live_at and went_at else None,
        items=items,
    )


def _live_at(items: list[ItemNow]) -> datetime | None:
    """When the last of what it has came live; None until all of it has."""
    asked = [item for item in items if item.state not in NOT_TO_COME]
    times = [item.live_at for item in asked if item.live_at is not None]
    return max(times) if asked and len(times) == len(asked) else None


def _is_asked(seat: SeatNow) -> bool:
    return any(item.state not in NOT_TO_COME for item in seat.items.values())


def _beyond_recall(seat: SeatNow) -> int:
    return sum(item.not_recallable for item in seat.items.values())


def _finished_at(seen: Gathered, seats: list[SeatNow]) -> datetime | None:
    """When nothing was left to do. What is held, failed or stopped is over only once settled."""
    sending = seen.sending
    if sending is None or sending.finished_at is None or seen.launch.went_at is None:
        return None
    items = [item for seat in seats for item in seat.items.values()]
    if any(item.state in ("going", "held") for item in items):
        return None
    times = [item.live_at for item in items if item.live_at]
    return max([sending.finished_at, *times])


def _state(seen: Gathered, seats: list[SeatNow], finished_at: datetime | None) -> str:
    launch = seen.launch
    if finished_at:
        return "finished"
    if launch.stopped_at:
        return "stopped"
    if launch.went_at:
        return "going"
    if launch.sealed_at:
        return "armed"
    if not launch.staged_at or not _is_uploaded(seats):
        return "drafted"
    return "rehearsed" if seen.has_rehearsed else "staged"


def _is_uploaded(seats: list[SeatNow]) -> bool:
    """Has every post and ad that is to go out been taken by its platform?"""
    uploads = [seat.items[k] for seat in seats for k in ("post", "ad") if k in seat.items]
    return all(item.state in ("staged", "held", "withdrawn") for item in uploads)


def _seat_json(seat: SeatNow) -> dict[str, Any]:
    return {
        "state": seat.state,
        "live_s": seat.live_s,
        "items": {kind: item.state for kind, item in seat.items.items()},
        "numbers": _numbers(seat),
        "reason": seat.reason,
    }


def _numbers(seat: SeatNow) -> list[int]:
    mail = seat.items.get("email")
    now = mail.mail if mail else NOBODY
    return [now.total, now.delivered, now.failed, now.left_out, now.uncertain, now.waiting]


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
