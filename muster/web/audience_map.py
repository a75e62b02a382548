"""Where an audience lives, on the hex map: the more of them in a seat, the more colour."""

from muster.audiences.counting import Figures
from muster.lib.hexmap import Cell
from muster.lib.words import counted
from muster.places.models import Place
from muster.places.scope import Reach
from muster.web.audience_builder import Builder
from muster.web.seat_shading import Key, tint

Row = tuple[int, str, str, int | None, int | None]


def cells_of(figures: Figures, reach: Reach, builder: Builder) -> list[Cell]:
    """Every seat that has a hex; within reach it narrows the sentence when pressed."""
    within = reach.seats("see people")
    most = max((n for seat, n in figures.by_seat.items() if seat), default=0)
    base = builder.address(seat="")
    seats = Place.objects.seats().exclude(hex_q=None).order_by("name")
    rows = seats.values_list("id", "code", "name", "hex_q", "hex_r")
    return [
        _cell(row, figures.by_seat.get(row[0], 0), most, base, within is None or row[0] in within)
        for row in rows
    ]


def _cell(row: Row, n: int, most: int, base: str, is_mine: bool) -> Cell:
    _, code, name, q, r = row
    return Cell(
        code=code,
        name=name,
        q=q or 0,
        r=r or 0,
        href=f"{base}{code}" if is_mine else "",
        fill=tint(n / most) if n and is_mine else "",
        label=counted(n, "person", "people") if is_mine else "outside your seats",
    )


def legend(figures: Figures) -> list[Key]:
    most = max((n for seat, n in figures.by_seat.items() if seat), default=0)
    if not most:
        return []
    steps = sorted({0, most // 2, most})
    return [Key(f"{n:,}", tint(n / most) if n else "var(--sunken)") for n in steps]
