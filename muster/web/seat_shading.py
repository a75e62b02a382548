"""How each hexagon is filled: by party, or by how much of something the seat has."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from muster.lib.hexmap import Cell
from muster.places.rules import chance_in_words, points
from muster.web.seat_filter import Filter
from muster.web.seat_rows import SeatRow

NO_COLOUR = "#8a8f98"
LONGEST_LEGEND = 8
FULL_LEAD = 50.0


@dataclass(frozen=True)
class Key:
    """One line of the legend; with `href`, pressing it narrows the page to it."""

    name: str
    fill: str
    number: int | None = None
    href: str = ""
    is_on: bool = False


def cells_of(rows: Sequence[SeatRow], shown: Sequence[SeatRow], asked: Filter) -> list[Cell]:
    """Every seat that has a place on the map; what isn't shown is dimmed."""
    kept = {row.seat.pk for row in shown}
    most = max((row.supporters or 0 for row in rows), default=0)
    return [_cell(row, asked, most, row.seat.pk in kept) for row in rows if _is_drawn(row)]


def _is_drawn(row: SeatRow) -> bool:
    return row.seat.hex_q is not None and row.seat.hex_r is not None


def _cell(row: SeatRow, asked: Filter, most: int, is_shown: bool) -> Cell:
    seat = row.seat
    return Cell(
        code=seat.code,
        name=seat.name,
        q=seat.hex_q or 0,
        r=seat.hex_r or 0,
        href=row.href,
        fill=_fill(row, asked.shade, most) if row.is_ours else "",
        label=_words(row),
        is_dim=not is_shown,
    )


def _fill(row: SeatRow, shade: str, most: int) -> str:
    if shade == "supporters":
        return tint((row.supporters or 0) / most if most else 0.0)
    if shade == "chance":
        return tint(row.target.chance) if row.target else ""
    if row.standing is None:
        return ""
    colour = row.standing.party.colour or NO_COLOUR
    if shade == "lead":
        share = min(1.0, 0.18 + row.standing.lead_points / FULL_LEAD)
        return f"color-mix(in oklab, {colour} {share:.0%}, var(--raised))"
    return colour


def tint(share: float) -> str:
    """More of the organisation's colour for more of anything."""
    return f"color-mix(in oklab, var(--accent) {8 + 92 * share:.0f}%, var(--raised))"


def _words(row: SeatRow) -> str:
    """What the tooltip and a screen reader say after the name."""
    if not row.is_ours:
        return "outside your seats"
    parts = []
    if row.standing:
        parts.append(f"{row.standing.party.name}, lead {row.standing.lead:,}")
    if row.target:
        needed, chance = points(row.target.swing_needed), chance_in_words(row.target.chance)
        parts.append(f"swing needed {needed}, chance {chance}")
    if row.supporters:
        parts.append(f"{row.supporters:,} supporters")
    return " · ".join(parts)


def legend(rows: Sequence[SeatRow], asked: Filter) -> list[Key]:
    """What the colours mean, with the number of seats of each party."""
    if asked.shade in {"party", "lead"}:
        return _parties(rows, asked)
    steps = {"chance": ["0%", "50%", "100%"], "supporters": _steps(rows)}[asked.shade]
    last = max(len(steps) - 1, 1)
    return [Key(words, tint(n / last)) for n, words in enumerate(steps)]


def _parties(rows: Sequence[SeatRow], asked: Filter) -> list[Key]:
    won = Counter(row.standing.party for row in rows if row.standing)
    keys = [
        Key(
            party.name,
            party.colour or NO_COLOUR,
            number,
            asked.address(party="" if asked.party == party.code else party.code),
            asked.party == party.code,
        )
        for party, number in won.most_common()
    ]
    kept = [k for n, k in enumerate(keys) if n < LONGEST_LEGEND or k.is_on]
    rest = sum(k.number or 0 for k in keys if k not in kept)
    return [*kept, Key("Others", NO_COLOUR, rest)] if rest else kept


def _steps(rows: Sequence[SeatRow]) -> list[str]:
    most = max((row.supporters or 0 for row in rows), default=0)
    return ["0", f"{most // 2:,}", f"{most:,}"] if most > 1 else ["0", f"{most:,}"]
