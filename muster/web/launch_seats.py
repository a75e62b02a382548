"""The seats of a launch as its page shows them: state in a word, items, numbers, hexes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from muster.launches.item_now import ItemNow
from muster.launches.models import Launch
from muster.launches.standing import SeatNow, Standing
from muster.lib.hexmap import Cell
from muster.web.country_cells import Drawn, cells_of

WORDS = {
    "waiting": "Waits",
    "ready": "Ready",
    "staged": "Staged",
    "going": "Going out",
    "live": "Live",
    "held": "Held",
    "failed": "Failed",
    "withdrawn": "Withdrawn",
    "nobody": "Nobody to write to",
    "stopped": "Stopped",
}
BADGES = {"staged": "ready", "going": "live", "live": "live is-still", "held": "waiting is-held"}
HEXES = {"staged": "ready", "going": "live", "live": "done", "nobody": "none"}
KINDS = {"email": "E-mail", "post": "Post", "ad": "Ad", "page": "Page"}
ICONS = {"email": "mail", "post": "message-square", "ad": "megaphone", "page": "app-window"}
MARKED = {"ready", "waiting", "waiting is-held", "failed", "live", "live is-still"}
ARMED = {"armed", "going", "stopped", "finished"}


@dataclass(frozen=True)
class Item:
    """One kind in one seat."""

    now: ItemNow
    problems: Sequence[str]
    is_armed: bool

    @property
    def kind(self) -> str:
        return self.now.kind

    @property
    def kind_words(self) -> str:
        return KINDS[self.now.kind]

    @property
    def icon(self) -> str:
        return ICONS[self.now.kind]

    @property
    def state_words(self) -> str:
        if self.is_armed and self.now.state in ("ready", "staged"):
            return "Armed"
        return WORDS[self.now.state]

    @property
    def badge(self) -> str:
        return badge(self.now.state)

    @property
    def why(self) -> str:
        """Its reason, unless the seat's problems say it already."""
        return "" if self.problems else self.now.reason

    @property
    def since(self) -> datetime | None:
        return self.now.at

    @property
    def tells(self) -> bool:
        return bool(self.why or self.now.by or self.now.at)

    @property
    def may_hold(self) -> bool:
        """Is there something left to hold back? What was seen was seen."""
        if self.now.state == "live":
            return self.kind in ("ad", "page") or self.now.waiting > 0
        return self.now.state not in ("held", "withdrawn", "nobody", "failed")

    @property
    def is_open(self) -> bool:
        """May it still be withdrawn: it is neither gone nor taken back?"""
        return self.now.state not in ("withdrawn", "nobody")


@dataclass(frozen=True)
class Seat:
    """One seat of a launch."""

    now: SeatNow
    items: Sequence[Item]
    is_armed: bool

    @property
    def code(self) -> str:
        return self.now.code

    @property
    def name(self) -> str:
        return self.now.name

    @property
    def state(self) -> str:
        return self.now.state

    @property
    def state_words(self) -> str:
        if self.is_armed and self.now.state in ("ready", "staged"):
            return "Armed"
        return WORDS[self.now.state]

    @property
    def badge(self) -> str:
        return badge(self.now.state)

    @property
    def problems(self) -> list[str]:
        """Each problem once, whichever items it stands in the way of."""
        return list(dict.fromkeys(words for item in self.items for words in item.problems))

    @property
    def reason(self) -> str:
        """Why it is held or failed: the first reason an item of it gives."""
        return next((item.now.reason for item in self.items if item.now.reason), "")

    @property
    def email(self) -> ItemNow | None:
        return self.now.items.get("email")

    def has(self, state: str) -> bool:
        return any(item.now.state == state for item in self.items)

    @property
    def may_hold(self) -> bool:
        return any(item.may_hold for item in self.items)

    @property
    def is_open(self) -> bool:
        return any(item.is_open for item in self.items)


def badge(state: str) -> str:
    """The badge's class."""
    found = BADGES.get(state, state)
    return found if found in MARKED else ""


def seats_of(
    stands: Standing,
    problems: Mapping[int, Mapping[str, list[str]]],
    within: frozenset[int] | None,
) -> list[Seat]:
    """The seats a member sees, in the order of the target list."""
    is_armed = stands.state in ARMED
    return [
        Seat(now, _items(now, problems.get(now.place_id, {}), stands, is_armed), is_armed)
        for now in stands.seats
        if within is None or now.place_id in within
    ]


def _items(
    now: SeatNow, problems: Mapping[str, list[str]], stands: Standing, is_armed: bool
) -> list[Item]:
    return [
        Item(now.items[kind], problems.get(kind, []), is_armed)
        for kind in stands.kinds
        if kind in now.items
    ]


def hex_state(state: str, is_armed: bool) -> str:
    """The map's word for a seat's state. What is armed waits as an outline, to be filled."""
    if is_armed and state in ("ready", "staged"):
        return "none"
    return HEXES.get(state, state)


def cells(launch: Launch, seats: Sequence[Seat]) -> list[Cell]:
    """Every seat of the country; those of the launch in their state, the rest faint."""
    page = reverse("launches:show", args=[launch.pk])
    drawn = {
        seat.code: Drawn(
            f"{page}?seat={seat.code}#seat",
            hex_state(seat.state, seat.is_armed),
            "; ".join(seat.problems) or seat.reason or seat.state_words.lower(),
        )
        for seat in seats
    }
    return cells_of(launch.target_list.party, drawn)
