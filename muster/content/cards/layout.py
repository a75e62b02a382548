"""Where everything stands on a card, in pixels: the square one and the tall one."""

from dataclasses import dataclass

from muster.content.cards.fitting import Slot
from muster.content.cards.fonts import Weight

WIDE = 1080
EDGE = 64
FULL = WIDE - 2 * EDGE
COLUMN = 590
"""How wide words may be beside the map."""

WEIGHTS: dict[str, Weight] = {
    "organisation": "Bold",
    "mark": "Semibold",
    "candidate": "Semibold",
    "seat": "Black",
    "local": "Semibold",
    "headline": "Bold",
    "line": "Regular",
    "date": "Bold",
    "call": "Bold",
    "imprint": "Regular",
}


@dataclass(frozen=True)
class Box:
    left: int
    top: int
    wide: int
    high: int


@dataclass(frozen=True)
class Layout:
    """One format. Words stand in stacks: beside the map, and beneath it."""

    wide: int
    high: int
    top_line: Box
    beside: Box
    map: Box
    beneath: Box
    bar: Box
    foot: Box
    slots: dict[str, Slot]


SQUARE = Layout(
    wide=WIDE,
    high=1080,
    top_line=Box(EDGE, 48, FULL, 52),
    beside=Box(EDGE, 134, COLUMN, 470),
    map=Box(690, 120, 330, 494),
    beneath=Box(EDGE, 630, FULL, 186),
    bar=Box(EDGE, 830, FULL, 88),
    foot=Box(EDGE, 964, FULL, 106),
    slots={
        "organisation": Slot("organisation", 38, 24, 1),
        "mark": Slot("mark", 26, 24, 1),
        "candidate": Slot("candidate", 50, 32, 3, 1.08),
        "seat": Slot("seat", 208, 56, 4, 0.94, gap=8),
        "local": Slot("local", 38, 26, 2, 1.1, gap=14),
        "headline": Slot("headline", 66, 38, 3, 1.06),
        "line": Slot("line", 38, 28, 3, 1.22, gap=12),
        "date": Slot("date", 40, 26, 1),
        "call": Slot("call", 40, 26, 2, 1.0),
        "imprint": Slot("imprint", 28, 22, 4, 1.16),
    },
)

# Networks lay their own signs over the first and last 250 pixels of a tall card or so.
STORY = Layout(
    wide=WIDE,
    high=1920,
    top_line=Box(EDGE, 196, FULL, 52),
    beside=Box(EDGE, 300, COLUMN, 560),
    map=Box(676, 286, 356, 534),
    beneath=Box(EDGE, 900, FULL, 420),
    bar=Box(EDGE, 1350, FULL, 120),
    foot=Box(EDGE, 1516, FULL, 130),
    slots={
        "organisation": Slot("organisation", 40, 24, 1),
        "mark": Slot("mark", 26, 24, 1),
        "candidate": Slot("candidate", 54, 32, 3, 1.08),
        "seat": Slot("seat", 220, 56, 4, 0.94, gap=10),
        "local": Slot("local", 40, 26, 2, 1.1, gap=16),
        "headline": Slot("headline", 100, 48, 4, 1.04),
        "line": Slot("line", 46, 32, 4, 1.24, gap=24),
        "date": Slot("date", 46, 28, 1),
        "call": Slot("call", 46, 28, 2, 1.0),
        "imprint": Slot("imprint", 31, 24, 4, 1.18),
    },
)

LAYOUTS = {"square": SQUARE, "story": STORY}
