"""The shapes of file that can be taken in, told apart by their header (docs/how-to/load-places)."""

from collections.abc import Mapping
from dataclasses import dataclass

from muster.places.reading import CannotLoad


@dataclass(frozen=True)
class Shape:
    kind: str
    needed: frozenset[str]
    optional: frozenset[str] = frozenset()


POSTCODES = Shape("postcodes", frozenset({"postcode", "seat"}), frozenset({"ward"}))
RESULTS = Shape(
    "results",
    frozenset({"seat", "party_code", "votes"}),
    frozenset({"party", "candidate", "valid_votes", "invalid_votes", "electorate"})
    | {"turnout_pct", "majority", "date"},
)
RESULTS_BY_SEAT = Shape(
    "results",
    frozenset({"seat", "valid_votes"}),
    frozenset({"electorate", "invalid_votes", "turnout_pct", "majority"}),
)
PLACES = Shape(
    "places",
    frozenset({"code", "kind", "name"}),
    frozenset(["parent", "name_local", "type", "electorate", "hex_q", "hex_r", "lat", "lon"]),
)
PARTIES = Shape("parties", frozenset({"code", "name", "colour"}))

# How the statistics offices name these columns; ours first.
OTHER_NAMES = {
    "gss_code": "seat",
    "seat_code": "seat",
    "ward_code": "ward",
    "party_abbrev": "party_code",
}


def ours(header: list[str]) -> dict[str, str]:
    """Each column of the header under our own name: {theirs: ours}."""
    known = set(header)
    return {c: c if OTHER_NAMES.get(c, c) in known else OTHER_NAMES.get(c, c) for c in header}


def shape_of(name: str, header: list[str]) -> Shape:
    """Which shape a header has. Raises `CannotLoad`, naming the columns that are missing."""
    columns = set(ours(header).values())
    for shape in (POSTCODES, RESULTS, PLACES, PARTIES):
        if shape.needed <= columns:
            return shape
    if RESULTS_BY_SEAT.needed <= columns and any(c.startswith("votes_") for c in columns):
        return RESULTS_BY_SEAT
    near = max((POSTCODES, RESULTS, PLACES, PARTIES), key=lambda s: len(s.needed & columns))
    missing = ", ".join(sorted(near.needed - columns))
    if not near.needed & columns:
        raise CannotLoad(
            f"{name} has no header we know: it may be places, parties, results or postcodes."
        )
    raise CannotLoad(f"{name} looks like {near.kind}, but these columns are missing: {missing}.")


def whole_number(cells: Mapping[str, str], column: str) -> int | None:
    """The number in a cell; None where it is empty. Raises `ValueError` in plain words."""
    text = cells.get(column, "").replace(",", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise ValueError(f"{column} is “{cells[column]}”, not a whole number.")
    return int(text)


def decimal(cells: Mapping[str, str], column: str) -> float | None:
    """The same for a number with decimals, which may be negative."""
    text = cells.get(column, "")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"{column} is “{text}”, not a number.") from None
    if not abs(number) < 1e9:
        raise ValueError(f"{column} is “{text}”, not a number we can use.")
    return number
