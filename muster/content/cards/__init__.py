"""Share cards: a picture for every seat, drawn from the words of its cut."""

from muster.content.cards.drawing import (
    draw,
    draw_these,
    drawn_of,
    go_on,
    hexes,
    queue_missing,
    stop,
)
from muster.content.cards.painting import Drawn

__all__ = [
    "Drawn",
    "draw",
    "draw_these",
    "drawn_of",
    "go_on",
    "hexes",
    "queue_missing",
    "stop",
]
