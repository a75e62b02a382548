"""Making any colour readable: WCAG 2 contrast (A11Y), reached by moving towards black or white."""

import re
from colorsys import hls_to_rgb, rgb_to_hls

WHITE, BLACK = "#ffffff", "#000000"
HEX = re.compile(r"#[0-9a-fA-F]{6}")


def is_hex(text: str) -> bool:
    """Is it a colour such as "#b8123f"?"""
    return HEX.fullmatch(text) is not None


def ink_on(background: str) -> str:
    """Black or white, whichever contrasts more with a colour such as "#b8123f" (WCAG 2.2, 1.4.3).

    >>> ink_on("#ffdd00"), ink_on("#b8123f")
    ('#000000', '#ffffff')
    """
    return max(WHITE, BLACK, key=lambda ink: contrast(ink, background))


def contrast(one: str, other: str) -> float:
    """How far apart two colours are in light: 1 (the same) to 21 (black on white)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, *, on: str, ratio: float = 4.5) -> str:
    """The nearest shade of a colour that reaches this contrast on a background.

    It moves towards white on a dark background and black on a light one, a twentieth at a time.
    """
    end = WHITE if ink_on(on) == WHITE else BLACK
    shades = (_lit(colour, step / 20, end) for step in range(21))
    return next((shade for shade in shades if contrast(shade, on) >= ratio), end)


def luminance(colour: str) -> float:
    """Relative luminance of a six-digit hex colour, from 0 (black) to 1 (white)."""
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _lit(colour: str, share: float, end: str) -> str:
    """The same hue, its lightness moved this share of the way to white or black."""
    hue, light, strength = rgb_to_hls(*(part / 255 for part in _parts(colour)))
    light += ((1.0 if end == WHITE else 0.0) - light) * share
    return "#" + "".join(f"{round(part * 255):02x}" for part in hls_to_rgb(hue, light, strength))


def _parts(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
