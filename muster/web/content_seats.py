"""The seats of a master as its pages show them: each with its cuts and what is wrong with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from muster.content import contact, cutting, filling
from muster.content.models import Cut, Master
from muster.lib.hexmap import Cell
from muster.places.models import Place
from muster.places.scope import Reach
from muster.web.content_reach import SEES, places_of
from muster.web.country_cells import Drawn, cells_of

WORDS = {
    "approved": "Approved",
    "waiting": "Ready",
    "problem": "Waits",
    "drawing": "Not drawn yet",
}
MAPPED = {"approved": "ready", "waiting": "ready", "problem": "waiting", "drawing": "none"}


@dataclass(frozen=True)
class SeatCuts:
    """One seat: its cuts (a card has two), how they stand, and what must be put right."""

    place: Place
    row: contact.Row

    @property
    def cuts(self) -> list[Cut]:
        return list(self.row.cuts.values())

    @property
    def problems(self) -> tuple[str, ...]:
        """A card that still waits to be drawn is no fault of the writer's."""
        return self.row.problems if self.row.state == "problem" else ()

    @property
    def state(self) -> str:
        """One of the hex map's."""
        return MAPPED[self.row.state]

    @property
    def words(self) -> str:
        return WORDS[self.row.state]

    @property
    def is_approved(self) -> bool:
        return self.row.state == "approved"

    @property
    def candidate(self) -> str:
        return self.row.candidate

    @property
    def first(self) -> Cut:
        return self.cuts[0]

    @property
    def headline(self) -> str:
        """Its subject, headline or title, as someone called Alex would read it."""
        return filling.sampled(self.first.subject)

    @property
    def says(self) -> str:
        """A line by which it is known again."""
        return self.headline or filling.sampled(self.first.text)


def seats_of(master: Master, reach: Reach, at: datetime) -> list[SeatCuts]:
    """The seats a member reaches, in the order of their list."""
    rows = {row.code: row for row in contact.sheet(master, at, reach.seats(SEES))}
    places = places_of(master.targets)
    return [SeatCuts(place, rows[place.code]) for place in places if place.code in rows]


def one_seat(master: Master, place: Place, at: datetime) -> SeatCuts | None:
    """One seat of it alone; None where it has no cut."""
    rows = contact.sheet(master, at, [place.pk])
    return SeatCuts(place, rows[0]) if rows else None


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and every seat it is wrong in."""

    words: str
    places: Sequence[Place]


def problems_of(seats: Iterable[SeatCuts]) -> list[Problem]:
    """Every problem of every seat at once, the widest first."""
    found: dict[str, list[Place]] = {}
    for seat in seats:
        for words in seat.problems:
            found.setdefault(words, []).append(seat.place)
    widest = sorted(found.items(), key=lambda item: -len(item[1]))
    return [Problem(words, sorted(places, key=lambda p: p.name)) for words, places in widest]


def out_of_step(master: Master, cuts: Sequence[Cut]) -> list[Place]:
    """Seats whose candidate or facts changed since their cut was made. Touches nothing."""
    if master.sealed_at:
        return []
    kept = {(cut.place_id, cut.format): cut for cut in cuts}
    places = [cut.place for cut in kept.values() if cut.place is not None]
    now = cutting.digests_now(master, list(dict.fromkeys(places)))
    changed = {
        key[0] for key, digest in now.items() if (cut := kept.get(key)) and cut.digest != digest
    }
    return sorted({place for place in places if place.pk in changed}, key=lambda place: place.name)


def cells(master: Master, seats: Iterable[SeatCuts]) -> list[Cell]:
    """Every seat of the country; those of the master in their state, the rest faint."""
    drawn = {
        seat.place.code: Drawn(
            reverse("content:seat", args=[master.pk, seat.place.code]),
            seat.state,
            "; ".join(seat.problems) or seat.words.lower(),
        )
        for seat in seats
    }
    return cells_of(master.targets.party if master.targets else None, drawn)
