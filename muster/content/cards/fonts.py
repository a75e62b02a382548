"""Source Sans Pro, from its package: the same letters on every machine, Ŵ and ŷ included."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

import font_source_sans_pro
from PIL import Image, ImageDraw, ImageFont

Weight = Literal["Regular", "Semibold", "Bold", "Black"]
FILES = Path(font_source_sans_pro.font_directory)
MEASURED = 100
"""Words are measured at this size; widths at any other are in proportion."""
NOWHERE = "\U0010fffd"  # a letter no font has: drawn as its empty box
INVISIBLE = frozenset("\u00ad\u2060\u200b\u200c\u200d")


@lru_cache(256)
def font(weight: Weight, px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FILES / f"SourceSansPro-{weight}.ttf"), px)


def width(weight: Weight, words: str) -> float:
    """How wide it stands at 1 px, in pixels: its words and the spaces between them."""
    each = words.split()
    return sum(_word(weight, word) for word in each) + _word(weight, " ") * max(len(each) - 1, 0)


@lru_cache(20_000)
def _word(weight: Weight, word: str) -> float:
    return font(weight, MEASURED).getlength(word) / MEASURED


@lru_cache(64)
def stamp(weight: Weight, px: int, line: str) -> tuple[Image.Image, int, int]:
    """A line drawn once, to be pressed onto many cards: its shape, and where it begins as seen
    from the left end of its base line."""
    face = font(weight, px)
    left, top, right, bottom = (round(edge) for edge in face.getbbox(line, anchor="ls"))
    shape = Image.new("L", (max(right - left, 1), max(bottom - top, 1)))
    ImageDraw.Draw(shape).text((-left, -top), line, 255, face, anchor="ls")
    return shape, left, top


def missing(words: str) -> list[str]:
    """Letters this font cannot draw.

    >>> missing("Siân Ŵyn ô"), missing("道")
    ([], ['道'])
    """
    return [letter for letter in dict.fromkeys(words) if not _has(letter)]


def visible(words: str) -> str:
    """Without the letters that only steer how others stand."""
    return "".join(letter for letter in words if letter not in INVISIBLE)


@lru_cache(4096)
def _has(letter: str) -> bool:
    return letter.isspace() or _shape(letter) != _shape(NOWHERE)


def _shape(letter: str) -> bytes:
    return bytes(font("Regular", 32).getmask(letter))
