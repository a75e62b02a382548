"""A journey drawn: every step a box, a branch's two sides beside each other, lines between them.

A pure reckoning from the tree of steps to places on a sheet, in the units of the SVG.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from muster.messaging.journeys.rules import StepAt, Tree

WIDE, HIGH = 248, 76
BESIDE, BELOW = 28, 44
MARGIN = 12
START_HIGH = 44
ASIDE_ALONG, ASIDE_DOWN = 0.11, 0.05


@dataclass(frozen=True)
class Box:
    """A step's box; `x`, `y` its upper left corner."""

    step: int
    x: int
    y: int
    wide: int = WIDE
    high: int = HIGH

    @property
    def middle(self) -> int:
        return self.x + self.wide // 2

    @property
    def right(self) -> int:
        return self.x + self.wide - 12


@dataclass(frozen=True)
class Label:
    """A word at a line: yes or no."""

    x: int
    y: int
    words: str


@dataclass
class Drawing:
    """All of it, and how large the sheet is. `lines`: paths; `start`, `end`: the two round ends."""

    boxes: list[Box] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    start: Box = field(default_factory=lambda: Box(0, 0, 0))
    end: Box = field(default_factory=lambda: Box(0, 0, 0))
    wide: int = 0
    high: int = 0


def drawn(tree: Tree) -> Drawing:
    """The steps that stand, from where people enter to the end."""
    found = Drawing()
    columns = _columns(tree, tree.beneath())
    sheet = columns * WIDE + (columns - 1) * BESIDE
    middle = MARGIN + sheet // 2
    found.start = Box(0, middle - WIDE // 2, MARGIN, high=START_HIGH)
    bottom = _put(found, tree, tree.beneath(), middle, MARGIN + START_HIGH)
    _line(found, middle, bottom, middle, bottom + BELOW)
    found.end = Box(0, middle - 60, bottom + BELOW, wide=120, high=START_HIGH)
    found.wide = sheet + 2 * MARGIN
    found.high = bottom + BELOW + START_HIGH + MARGIN
    return found


@dataclass(frozen=True)
class Aside:
    """The same drawn small and on its side, for a line of a list: steps go from left to right.

    The places stay those of the large one; `turn` is the matrix that lays them down.
    """

    boxes: list[tuple[Box, bool]]
    lines: list[str]
    wide: int
    high: int
    turn: str = f"matrix(0 {ASIDE_DOWN} {ASIDE_ALONG} 0 0 0)"


def aside(tree: Tree, busy: Mapping[int, int]) -> Aside:
    """Small; the boxes where somebody stands (`busy`: step → how many) are marked."""
    whole = drawn(tree)
    boxes = [(box, bool(busy.get(box.step))) for box in whole.boxes]
    wide, high = round(whole.high * ASIDE_ALONG), round(whole.wide * ASIDE_DOWN)
    return Aside(boxes, whole.lines, wide, high)


def _columns(tree: Tree, steps: Sequence[StepAt]) -> int:
    """How many boxes stand beside each other at most."""
    return max([1, *(_columns_of(tree, step) for step in steps)])


def _columns_of(tree: Tree, step: StepAt) -> int:
    if step.kind != "branch":
        return 1
    return sum(_columns(tree, tree.beneath(step.id, side)) for side in ("yes", "no"))


def _put(found: Drawing, tree: Tree, steps: Sequence[StepAt], middle: int, top: int) -> int:
    """Put these steps beneath each other; where the last of them, or the join, ends."""
    for step in steps:
        _line(found, middle, top, middle, top + BELOW)
        box = Box(step.id, middle - WIDE // 2, top + BELOW)
        found.boxes.append(box)
        top = box.y + HIGH
        if step.kind == "branch":
            top = _fork(found, tree, step, middle, top)
    return top


def _fork(found: Drawing, tree: Tree, step: StepAt, middle: int, top: int) -> int:
    """Both sides from here, and where they come together again."""
    sides = {side: tree.beneath(step.id, side) for side in ("yes", "no")}
    columns = {side: _columns(tree, steps) for side, steps in sides.items()}
    wide = {side: n * WIDE + (n - 1) * BESIDE for side, n in columns.items()}
    left = middle - (wide["yes"] + BESIDE + wide["no"]) // 2
    middles = {"yes": left + wide["yes"] // 2}
    middles["no"] = left + wide["yes"] + BESIDE + wide["no"] // 2
    split = top + BELOW // 2
    ends = {}
    for side, steps in sides.items():
        found.lines.append(f"M{middle} {top}V{split}H{middles[side]}")
        found.labels.append(Label(middles[side] + 8, split + 18, side))
        ends[side] = _put(found, tree, steps, middles[side], split) if steps else split + BELOW
    join = max(ends.values()) + BELOW // 2
    for side, end in ends.items():
        begin = end if sides[side] else split
        found.lines.append(f"M{middles[side]} {begin}V{join}H{middle}")
    return join


def _line(found: Drawing, x: int, y: int, to_x: int, to_y: int) -> None:
    found.lines.append(f"M{x} {y}L{to_x} {to_y}")
