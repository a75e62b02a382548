"""Every seat of a country on the hex map: those a page is about in their state, the rest faint."""

from collections.abc import Mapping
from typing import NamedTuple

from muster.lib.hexmap import Cell
from muster.places.models import Party, Place


class Drawn(NamedTuple):
    """One seat as the map shows it. `state` is one of the map's; "none" is an outline."""

    href: str
    state: str
    label: str


def cells_of(party: Party | None, seats: Mapping[str, Drawn]) -> list[Cell]:
    """Cells by name; `seats` by their codes. Without a target list's party it is Great Britain."""
    country = party.country if party else "GB"
    places = Place.objects.seats().filter(country=country, hex_q__isnull=False, hex_r__isnull=False)
    rows = places.values_list("code", "name", "hex_q", "hex_r").order_by("name")
    return [
        _cell(code, name, q, r, seats.get(code))
        for code, name, q, r in rows
        if q is not None and r is not None
    ]


def _cell(code: str, name: str, q: int, r: int, seat: Drawn | None) -> Cell:
    if seat is None:
        return Cell(code=code, name=name, q=q, r=r)
    outlined = seat.state == "none"
    return Cell(
        code, name, q, r, seat.href, state=seat.state, label=seat.label, is_outlined=outlined
    )
