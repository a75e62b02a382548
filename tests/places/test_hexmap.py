"""The hex map."""

import xml.etree.ElementTree as ET
from itertools import product
from math import hypot

import pytest

from muster.lib.hexmap import HEIGHT, Cell, centre, draw, neighbourhood

SVG = "{http://www.w3.org/2000/svg}"


def parsed(*cells: Cell, close: bool = False) -> ET.Element:
    text = draw(cells, close=close).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return ET.fromstring(text)


def test_north_is_up_and_even_columns_stand_half_a_step_higher() -> None:
    assert centre(0, 1)[1] < centre(0, 0)[1]
    assert centre(1, 0)[1] - centre(0, 0)[1] == pytest.approx(HEIGHT / 2)
    assert centre(3, 0)[0] > centre(2, 0)[0]


def test_each_seat_is_a_link_that_says_its_name_and_state() -> None:
    cell = Cell("E1", "Stroud", 0, 0, href="/seats/stroud", state="live", label="204 sent")

    link = parsed(cell).find(f".//{SVG}a")

    assert link is not None
    assert link.get("class") == "hex"
    assert (link.get("data-code"), link.get("data-state")) == ("E1", "live")
    assert link.get("aria-label") == "Stroud: 204 sent"


def test_only_one_seat_of_a_map_is_a_tab_stop() -> None:
    cells = [Cell(f"E{n}", "x", n, 0, href="/", is_dim=n == 0) for n in range(5)]

    stops = [a.get("data-code") for a in parsed(*cells).iter(f"{SVG}a") if a.get("tabindex") == "0"]

    assert stops == ["E1"]


def test_a_seat_without_an_address_is_scenery() -> None:
    assert parsed(Cell("E1", "Neath", 0, 0)).find(f".//{SVG}a") is None


def test_nothing_written_into_the_map_can_break_out_of_it() -> None:
    evil = '"><script>alert(1)</script>'

    drawn = draw([Cell(evil, evil, 0, 0, href=evil, fill=evil, label=evil)], title=evil, close=True)

    assert "<script" not in drawn


def test_no_seat_draws_nothing() -> None:
    assert draw([]) == ""


@pytest.mark.parametrize("middle", [(0, 0), (1, 1), (4, -3)])
def test_neighbours_are_those_that_touch(middle: tuple[int, int]) -> None:
    cells = [Cell(f"{q},{r}", "x", q, r) for q, r in product(range(-8, 9), repeat=2)]
    x, y = centre(*middle)

    near = {c.code for c in neighbourhood(cells, *middle, 1)}

    touching = {
        c.code
        for c in cells
        if hypot(centre(c.q, c.r)[0] - x, centre(c.q, c.r)[1] - y) < HEIGHT * 1.1
    }
    assert near == touching
    assert len(near) == 7
