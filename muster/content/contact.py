"""The contact sheet: every seat's cut at a glance, its picture, its problems, its approval."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from muster.content import approving, checking
from muster.content.models import Cut, Master

State = Literal["drawing", "problem", "waiting", "approved"]


@dataclass(frozen=True)
class Row:
    """One seat. `images` are the pictures' names by format, "" where none is drawn yet.

    `state`: not drawn yet, something stands in its way, ready but not approved, approved.
    """

    place_id: int | None
    code: str
    name: str
    candidate: str
    state: State
    cuts: dict[str, Cut] = field(default_factory=dict)
    images: dict[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def sheet(master: Master, at: datetime, place_ids: Collection[int] | None = None) -> list[Row]:
    """Every seat of a master, by name; only these places if some are named. Three queries."""
    cuts = master.cuts.select_related("master", "place", "campaigner")
    if place_ids is not None:
        cuts = cuts.filter(place__in=place_ids)
    approved = approving.approved_cuts(master, at)
    seats: dict[int | None, list[Cut]] = {}
    for cut in cuts.order_by("place__name", "format"):
        seats.setdefault(cut.place_id, []).append(cut)
    return [_row(found, approved) for found in seats.values()]


def _row(cuts: list[Cut], approved: Collection[tuple[int | None, str]]) -> Row:
    first = cuts[0]
    problems = tuple(dict.fromkeys(words for cut in cuts for words in checking.problems_of(cut)))
    return Row(
        place_id=first.place_id,
        code=first.place.code if first.place else "",
        name=first.place.name if first.place else "Everywhere",
        candidate=first.campaigner.name if first.campaigner else "",
        state=_state(cuts, problems, approved),
        cuts={cut.format: cut for cut in cuts},
        images={cut.format: cut.image for cut in cuts if cut.card},
        problems=problems,
    )


def _state(
    cuts: list[Cut], problems: tuple[str, ...], approved: Collection[tuple[int | None, str]]
) -> State:
    if any(cut.card and cut.drawn_at is None for cut in cuts):
        return "drawing"
    if problems:
        return "problem"
    is_approved = all((cut.place_id, cut.format) in approved for cut in cuts)
    return "approved" if is_approved else "waiting"
