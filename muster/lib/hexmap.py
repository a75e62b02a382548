"""A map of equal hexagons, one for each seat, as SVG: every place counts the same.

Layout "even-q": flat-topped hexagons in columns q; even columns stand half a hexagon higher; rows r
grow northwards.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import sqrt

RADIUS = 10.0
HEIGHT = RADIUS * sqrt(3)
STEP = RADIUS * 1.5
MARGIN = 2.0
# A hair smaller than its cell, so that neighbours of one colour stay apart.
DRAWN = RADIUS * 0.94

STATES = ("none", "ready", "waiting", "held", "failed", "live", "stopped", "done", "withdrawn")


@dataclass(frozen=True)
class Cell:
    """One seat: where it stands, where it leads, and how it looks.

    `fill` is a CSS colour, `state` one of `STATES`, `label` what a screen reader and the tooltip
    say after the name. Without `href` it is scenery: drawn, but not to be entered.
    """

    code: str
    name: str
    q: int
    r: int
    href: str = ""
    fill: str = ""
    state: str = ""
    label: str = ""
    is_dim: bool = False
    is_outlined: bool = False


def centre(q: int, r: int) -> tuple[float, float]:
    """Where a cell's middle is drawn: x to the right, y downwards."""
    return q * STEP, -(r + (0.0 if q % 2 else 0.5)) * HEIGHT


def draw(
    cells: Sequence[Cell], *, title: str = "Map of the seats", key: str = "map", close: bool = False
) -> str:
    """The whole map as one SVG element. `key` keeps two maps on a page apart.

    `close` draws a small neighbourhood: each hexagon carries its name.
    """
    if not cells:
        return ""
    left, top, width, height = _frame(cells)
    parts = [
        f'<svg class="hexmap{" is-close" if close else ""}" id="{escape(key)}" role="group"'
        f' aria-labelledby="{escape(key)}-title"'
        f' viewBox="{left:.1f} {top:.1f} {width:.1f} {height:.1f}">',
        f'<title id="{escape(key)}-title">{escape(title)}</title>',
        _PATTERNS,
    ]
    entered = False
    for cell in cells:
        is_first = bool(cell.href) and not entered and not cell.is_dim
        entered = entered or is_first
        parts.append(_hexagon(cell, is_first))
        if close:
            parts.append(_caption(cell))
    parts.append("</svg>")
    return "".join(parts)


def _frame(cells: Iterable[Cell]) -> tuple[float, float, float, float]:
    middles = [centre(c.q, c.r) for c in cells]
    left = min(x for x, _ in middles) - RADIUS - MARGIN
    top = min(y for _, y in middles) - HEIGHT / 2 - MARGIN
    right = max(x for x, _ in middles) + RADIUS + MARGIN
    bottom = max(y for _, y in middles) + HEIGHT / 2 + MARGIN
    return left, top, right - left, bottom - top


def _hexagon(cell: Cell, is_first: bool) -> str:
    x, y = centre(cell.q, cell.r)
    half, side = DRAWN / 2, DRAWN * sqrt(3) / 2
    shape = (
        f'<path d="M{x - DRAWN:.1f} {y:.1f}l{half:.2f} {-side:.2f}h{DRAWN:.1f}'
        f"l{half:.2f} {side:.2f} {-half:.2f} {side:.2f}h{-DRAWN:.1f}z"
        '"/>'
    )
    words = escape(f"{cell.name}: {cell.label}" if cell.label else cell.name)
    off = " is-dim" if cell.is_dim else ""
    off += " is-outlined" if cell.is_outlined else ""
    style = f' style="--fill:{escape(cell.fill)}"' if cell.fill else ""
    about = (
        f' class="hex{off}" data-code="{escape(cell.code)}"'
        f' data-state="{escape(cell.state or "none")}" data-words="{words}"{style}'
    )
    if not cell.href:
        return f"<g{about}>{shape}</g>"
    stop = "0" if is_first else "-1"
    return (
        f'<a{about} href="{escape(cell.href)}" aria-label="{words}" tabindex="{stop}">{shape}</a>'
    )


def _caption(cell: Cell) -> str:
    """Up to three short lines inside the hexagon."""
    x, y = centre(cell.q, cell.r)
    lines = _broken(cell.name)
    start = y - (len(lines) - 1) * 1.35 + 0.8
    spans = "".join(
        f'<tspan x="{x:.1f}" y="{start + n * 2.7:.1f}">{escape(line)}</tspan>'
        for n, line in enumerate(lines)
    )
    return f'<text class="hex-name" aria-hidden="true">{spans}</text>'


def _broken(name: str, width: int = 12, most: int = 4) -> list[str]:
    lines = [""]
    for word in name.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]}…"]
    return lines


# Waiting, held and failed are told by their hatching too, never by colour alone.
_PATTERNS = (
    '<defs><pattern id="hex-waiting" width="4" height="4" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect class="hex-ground" width="4" height="4"/>'
    '<rect class="hex-waiting" width="2.2" height="4"/></pattern>'
    '<pattern id="hex-held" width="5" height="20" patternUnits="userSpaceOnUse">'
    '<rect class="hex-ground" width="5" height="20"/>'
    '<rect class="hex-held" width="2.4" height="20"/></pattern>'
    '<pattern id="hex-failed" width="5" height="5" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect class="hex-ground" width="5" height="5"/>'
    '<path class="hex-failed" d="M0 0h5v1.8h-5zM0 0v5h1.8v-5z"/></pattern></defs>'
)


def neighbourhood(cells: Iterable[Cell], q: int, r: int, reach: int) -> list[Cell]:
    """The cells at most `reach` steps from a place."""
    here = _cube(q, r)
    return [c for c in cells if _steps(here, _cube(c.q, c.r)) <= reach]


def _cube(q: int, r: int) -> tuple[int, int, int]:
    """Cube coordinates of a cell, in which a step changes two of three numbers by one."""
    z = -r - (q - (q & 1)) // 2
    return q, z, -q - z


def _steps(a: tuple[int, int, int], b: tuple[int, int, int]) -> int:
    return max(abs(i - j) for i, j in zip(a, b, strict=True))
