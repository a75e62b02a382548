"""A journey drawn: where its boxes stand, and that its lines meet them."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from muster.messaging.journeys.rules import StepAt, Tree
from muster.web.journey_picture import BELOW, BESIDE, HIGH, MARGIN, WIDE, Drawing, aside, drawn


def branched() -> Tree:
    """An e-mail; a branch with two steps on yes and one on no; a tag after both."""
    return Tree(
        [
            StepAt(1, "send", position=1),
            StepAt(2, "branch", position=2),
            StepAt(3, "wait", parent=2, side="yes", position=1),
            StepAt(4, "hand", parent=2, side="yes", position=2),
            StepAt(5, "tag", parent=2, side="no", position=1),
            StepAt(6, "tag", position=3),
        ]
    )


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Any tree: each step hangs on the trunk or on a side of a branch before it."""
    steps: list[StepAt] = []
    for number in range(1, draw(st.integers(1, 14)) + 1):
        branches = [step.id for step in steps if step.kind == "branch"]
        parent = draw(st.sampled_from([None, *branches]))
        side = draw(st.sampled_from(["yes", "no"])) if parent else ""
        kind = draw(st.sampled_from(["wait", "branch"]))
        steps.append(StepAt(number, kind, parent=parent, side=side, position=number))
    return Tree(steps)


def overlap(drawing: Drawing) -> list[tuple[int, int]]:
    return [
        (a.step, b.step)
        for a, b in combinations(drawing.boxes, 2)
        if a.x < b.x + b.wide and b.x < a.x + a.wide and a.y < b.y + b.high and b.y < a.y + a.high
    ]


def test_steps_stand_beneath_each_other_and_a_branchs_sides_beside_each_other() -> None:
    boxes = {box.step: box for box in drawn(branched()).boxes}

    assert boxes[1].middle == boxes[2].middle == boxes[6].middle
    assert boxes[2].y == boxes[1].y + HIGH + BELOW
    assert boxes[5].x == boxes[3].x + WIDE + BESIDE
    assert boxes[3].y == boxes[5].y
    assert boxes[6].y > boxes[4].y + HIGH


def test_without_steps_the_start_leads_to_the_end() -> None:
    drawing = drawn(Tree([]))

    assert (drawing.boxes, len(drawing.lines)) == ([], 1)
    assert drawing.end.y == drawing.start.y + drawing.start.high + BELOW
    assert drawing.wide == WIDE + 2 * MARGIN


@given(trees())
def test_every_step_stands_once_on_the_sheet_and_covers_no_other(tree: Tree) -> None:
    drawing = drawn(tree)

    assert sorted(box.step for box in drawing.boxes) == sorted(tree.by_id)
    assert overlap(drawing) == []
    for box in (*drawing.boxes, drawing.start, drawing.end):
        assert min(box.x, drawing.wide - box.x - box.wide) >= 0
        assert min(box.y, drawing.high - box.y - box.high) >= 0


@given(trees())
def test_a_line_comes_down_to_every_step(tree: Tree) -> None:
    drawing = drawn(tree)
    ends = {line.split("L")[1] for line in drawing.lines if "L" in line}

    assert {f"{box.middle} {box.y}" for box in drawing.boxes} <= ends


def test_drawn_small_it_marks_where_somebody_stands() -> None:
    small = aside(branched(), {5: 3})

    assert [box.step for box, is_busy in small.boxes if is_busy] == [5]
    assert small.wide > small.high
