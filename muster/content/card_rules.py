"""What keeps a drawn card from going out: is all of it there, and can it be read (IMP-3, A11Y)?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from muster.content.rules import stands_in

LEAST_IMPRINT_PX = 22
"""On a card 1,080 px wide: our own least size for an imprint (IMP-3)."""
LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3."""


@dataclass(frozen=True)
class Picture:
    """A card as it was drawn. `marks` are the words in it by their role: words, px, contrast."""

    is_drawn: bool
    was_tried: bool
    imprint: str
    marks: Mapping[str, Mapping[str, Any]]
    problems: tuple[str, ...] = ()
    is_demonstration: bool = False


def problems_in(picture: Picture) -> list[str]:
    """Every reason this picture may not go out."""
    if picture.problems:
        return list(picture.problems)
    if not picture.is_drawn:
        return ["Card cannot be drawn"] if picture.was_tried else ["Card not drawn yet"]
    return [*_imprint(picture), *_legible(picture), *_mark(picture)]


def _imprint(picture: Picture) -> Iterable[str]:
    """Burned in, whole, and large enough (IMP-3)."""
    mark = picture.marks.get("imprint")
    if mark is None or not stands_in(picture.imprint, str(mark["words"])):
        yield "Imprint missing from the card"
    elif mark["px"] < LEAST_IMPRINT_PX:
        yield "Imprint too small to be read on the card"


def _legible(picture: Picture) -> Iterable[str]:
    for role, mark in picture.marks.items():
        if mark["contrast"] < LEAST_CONTRAST:
            yield f"The card's {role} stands out too little from its ground"


def _mark(picture: Picture) -> Iterable[str]:
    if picture.is_demonstration and "mark" not in picture.marks:
        yield "The demonstration's mark is missing from the card"
