"""Source Sans Pro, from its package: the same letters on every machine, Ŵ and ŷ included."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

import font_source_sans_pro
from PIL import ImageFont

Weight = Literal["Regular", "Semibold", "Bold", "Black"]
FILES = Path(font_source_sans_pro.font_directory)
MEASURED = 100
"""Words are measured at this size; widths at any other are in proportion."""
NOWHERE = "\U0010fffd"  # a letter no font has: drawn as its empty box
INVISIBLE = frozenset("\u00ad\u2060\u200b\u200c\u200d")


@lru_cache(256)
def font(weight: Weight, px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FILES / f"SourceSansPro-{weight}.ttf"), px)


@lru_cache(20_000)
def width(weight: Weight, words: str) -> float:
    """How wide it stands at 1 px, in pixels."""
    return font(weight, MEASURED).getlength(words) / MEASURED


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
