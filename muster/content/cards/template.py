"""What all cards of a campaign share, drawn once: ground, map, bar and foot."""

import io
from dataclasses import dataclass, field
from functools import lru_cache
from math import sqrt

import resvg_py
from PIL import Image

from muster.content.cards.layout import LAYOUTS, Layout
from muster.lib.colour import BLACK, WHITE, contrast, ink_on, readable
from muster.lib.hexmap import DRAWN, HEIGHT, RADIUS, centre

Hexes = tuple[tuple[int, int], ...]
"""Where every seat of the country stands on its map: q and r."""

DARK, LIGHT, YELLOW = "#15161a", "#f7f4ee", "#ffd84d"
SAMPLED = 4
"""The ground is looked at, for contrast, in squares of this many pixels."""


@dataclass(frozen=True)
class Look:
    """Everything that makes one template differ from another."""

    format: str
    design: str
    accent: str
    has_bar: bool
    has_mark: bool
    hexes: Hexes


@dataclass(frozen=True)
class Colours:
    ground: tuple[str, str]
    ink: str
    seat: str
    map: str
    map_share: float
    lit: str
    ring: str
    bar: str
    on_bar: str
    call: str
    foot: str
    on_foot: str
    mark: str
    on_mark: str


@dataclass(frozen=True, eq=False)
class Template:
    """The picture all start from, the sign that lights a seat, and where the seats stand."""

    image: Image.Image
    small: Image.Image
    lit: Image.Image
    colours: Colours
    scale: float
    origin: tuple[float, float]
    seen: dict[tuple[str, tuple[int, int, int, int]], float] = field(default_factory=dict)

    def middle(self, q: int, r: int) -> tuple[int, int]:
        """A seat's place in the picture."""
        x, y = centre(q, r)
        return round(self.origin[0] + x * self.scale), round(self.origin[1] + y * self.scale)

    def contrast(self, ink: str, box: tuple[int, int, int, int]) -> float:
        """The least contrast of an ink with the ground in a box of the small picture."""
        if (ink, box) not in self.seen:
            bands = [channel.getextrema() for channel in self.small.crop(box).split()]
            darkest, lightest = (
                "#" + "".join(f"{int(band[end]):02x}" for band in bands)  # type: ignore[arg-type]
                for end in (0, 1)
            )
            least = min(contrast(ink, darkest), contrast(ink, lightest))
            self.seen[ink, box] = round(least, 1)
        return self.seen[ink, box]


def colours_of(design: str, accent: str) -> Colours:
    """A campaign's colours, each pair with enough contrast to be read."""
    if design == "paper":
        strong = readable(accent, on=LIGHT, ratio=5.5)
        return Colours(
            (LIGHT, "#efe9dd"), DARK, strong, strong, 0.20, strong, DARK,
            strong, ink_on(strong), ink_on(strong), DARK, WHITE, YELLOW, DARK,
        )  # fmt: skip
    is_dark = ink_on(accent) == WHITE
    ink = WHITE if is_dark else BLACK
    ground = readable(accent, on=ink, ratio=5.0)
    return Colours(
        (ground, _mixed(ground, "#000000" if is_dark else "#ffffff", 0.38)), ink, ink, ink,
        0.24, YELLOW if is_dark else DARK, ink,
        WHITE, DARK, readable(ground, on=WHITE, ratio=5.0), DARK, WHITE,
        *((YELLOW, DARK) if is_dark else (DARK, YELLOW)),
    )  # fmt: skip


@lru_cache(16)
def template(look: Look) -> Template:
    """Draw it, or hand back what was drawn before."""
    layout, colours = LAYOUTS[look.format], colours_of(look.design, look.accent)
    scale, origin = _placed(layout, look.hexes)
    image = _drawn(_svg(look, layout, colours, scale, origin)).convert("RGB")
    return Template(
        image=image,
        small=image.reduce(SAMPLED),
        lit=_drawn(_lit(colours, scale)),
        colours=colours,
        scale=scale,
        origin=origin,
    )


def _drawn(svg: str) -> Image.Image:
    content = resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True)
    return Image.open(io.BytesIO(bytes(content)))


def _placed(layout: Layout, hexes: Hexes) -> tuple[float, tuple[float, float]]:
    """Scale and origin that set the whole map into its box, in the middle."""
    if not hexes:
        return 1.0, (0.0, 0.0)
    middles = [centre(q, r) for q, r in hexes]
    left, right = min(x for x, _ in middles) - RADIUS, max(x for x, _ in middles) + RADIUS
    top, bottom = min(y for _, y in middles) - HEIGHT / 2, max(y for _, y in middles) + HEIGHT / 2
    box = layout.map
    scale = min(box.wide / (right - left), box.high / (bottom - top))
    free_x = (box.wide - (right - left) * scale) / 2
    free_y = (box.high - (bottom - top) * scale) / 2
    return scale, (box.left + free_x - left * scale, box.top + free_y - top * scale)


def _svg(
    look: Look, layout: Layout, colours: Colours, scale: float, origin: tuple[float, float]
) -> str:
    wide, high = layout.wide, layout.high
    first, last = colours.ground
    hexagons = "".join(_hexagon(*centre(q, r), DRAWN) for q, r in look.hexes)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}">',
        '<defs><linearGradient id="g" x1="0" y1="0" x2="0.55" y2="1">',
        f'<stop offset="0" stop-color="{first}"/><stop offset="1" stop-color="{last}"/>',
        f'</linearGradient></defs><rect width="{wide}" height="{high}" fill="url(#g)"/>',
        _texture(layout, colours),
        f'<g transform="translate({origin[0]:.2f} {origin[1]:.2f}) scale({scale:.5f})">',
        f'<path d="{hexagons}" fill="{colours.map}" fill-opacity="{colours.map_share}"/></g>',
        *_grounds(look, layout, colours),
    ]
    return "".join([*parts, "</svg>"])


def _grounds(look: Look, layout: Layout, colours: Colours) -> list[str]:
    """What lies beneath the words: the foot, the bar, the demonstration's mark."""
    bar, foot = layout.bar, layout.foot.top - 20
    end = layout.high if look.format == "square" else layout.foot.top + layout.foot.high + 20
    parts = [_rectangle(0, foot, layout.wide, end - foot, 0, colours.foot)]
    if look.has_bar:
        parts.append(_rectangle(bar.left, bar.top, bar.wide, bar.high, 14, colours.bar))
    if look.has_mark:
        left, top, right, bottom = mark_box(layout)
        round_ = (bottom - top) / 2
        parts.append(_rectangle(left, top, right - left, bottom - top, round_, colours.mark))
    return parts


def _rectangle(x: int, y: int, wide: int, high: int, round_: float, fill: str) -> str:
    return f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" rx="{round_}" fill="{fill}"/>'


MARK_WIDE = 380


def mark_box(layout: Layout) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the demonstration's mark."""
    line = layout.top_line
    right = line.left + line.wide
    return right - MARK_WIDE, line.top, right, line.top + line.high


def _texture(layout: Layout, colours: Colours) -> str:
    """Three large hexagons, hardly seen: the ground is no mere colour."""
    wide, high = layout.wide, layout.high
    shapes = (
        (wide * 0.86, layout.map.top + layout.map.high * 0.5, wide * 0.46),
        (wide * 0.04, high * 0.96, wide * 0.5),
        (wide * 0.62, high * 0.82, wide * 0.2),
    )
    path = "".join(_hexagon(x, y, radius) for x, y, radius in shapes)
    return f'<path d="{path}" fill="{colours.map}" fill-opacity="0.045"/>'


def _lit(colours: Colours, scale: float) -> str:
    """The sign on the seat: its hexagon, larger, within a ring."""
    radius = max(DRAWN * scale * 1.9, 13.0)
    size = round(radius * 4.6)
    middle = size / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}">'
        f'<circle cx="{middle}" cy="{middle}" r="{radius * 2.1:.1f}" fill="{colours.lit}"'
        f' fill-opacity="0.28"/><circle cx="{middle}" cy="{middle}" r="{radius * 1.55:.1f}"'
        f' fill="none" stroke="{colours.ring}" stroke-width="3.5"/>'
        f'<path d="{_hexagon(middle, middle, radius)}" fill="{colours.lit}"/></svg>'
    )


def _hexagon(x: float, y: float, radius: float) -> str:
    half, side = radius / 2, radius * sqrt(3) / 2
    return (
        f"M{x - radius:.2f} {y:.2f}l{half:.2f} {-side:.2f}h{radius:.2f}l{half:.2f} {side:.2f}"
        f" {-half:.2f} {side:.2f}h{-radius:.2f}z"
    )


def _mixed(one: str, other: str, share: float) -> str:
    pairs = ((int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
