"""Fitting words into a space: as large as they may be, never smaller than can be read."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf

BREAKS = re.compile(r"(?<=[-/])(?=\w)")
LONG_WORD = 12
"""A word with more letters than this may be broken after a hyphen of its own."""
HOPELESS = 500
"""So many letters fit nowhere: ways to break them are not even looked for."""
STEPS = tuple(1 - step / 25 for step in range(16))

Width = Callable[[str], float]
"""How wide words are at 1 px."""


@dataclass(frozen=True)
class Slot:
    """A place for words: the sizes they may have, and how many lines."""

    role: str
    most_px: int
    least_px: int
    lines: int
    leading: float = 1.1
    gap: int = 0
    """Pixels above it, where something stands above."""


@dataclass(frozen=True)
class Fitted:
    """Words broken into lines at a size. `px` is below the slot's least where they do not fit."""

    slot: Slot
    lines: tuple[str, ...]
    px: int

    @property
    def height(self) -> float:
        return self.px * self.slot.leading * len(self.lines)

    @property
    def is_legible(self) -> bool:
        return self.px >= self.slot.least_px


def fit(slot: Slot, words: str, wide: float, width_of: Width, share: float = 1.0) -> Fitted:
    """Break words into at most the slot's lines, so that they stand as large as they can.

    `share` shrinks the slot's largest size, down to its least.
    """
    most = max(round(slot.most_px * share), slot.least_px)
    best = Fitted(slot, (words,), 0)
    if len(words) > HOPELESS:
        return best
    for count in range(1, slot.lines + 1):
        lines, widest = broken(words, count, width_of)
        px = min(most, int(wide / widest) if widest else most)
        if px > best.px:
            best = Fitted(slot, lines, px)
    return best


def stack(
    slots: Sequence[tuple[Slot, str, Width]], wide: float, high: float
) -> tuple[list[Fitted], bool]:
    """Fit several one above another into a height; False where they are too much together."""
    fitted: list[Fitted] = []
    for share in STEPS:
        fitted = [fit(slot, words, wide, width_of, share) for slot, words, width_of in slots]
        if height_of(fitted) <= high:
            return fitted, True
    return fitted, False


def height_of(fitted: Sequence[Fitted]) -> float:
    """Of a stack, the gaps between its parts included."""
    return sum(each.height for each in fitted) + sum(each.slot.gap for each in fitted[1:])


def broken(words: str, count: int, width_of: Width) -> tuple[tuple[str, ...], float]:
    """Break words into `count` lines whose widest is as narrow as can be, and how wide that is."""
    pieces = _pieces(words)
    if not pieces:
        return ("",), 0.0
    return _broken(pieces, min(count, len(pieces)), width_of)


@lru_cache(20_000)
def _broken(pieces: tuple[str, ...], count: int, width_of: Width) -> tuple[tuple[str, ...], float]:
    whole = "".join(pieces).strip()
    if count == 1:
        return (whole,), width_of(whole)
    best: tuple[tuple[str, ...], float] = ((), inf)
    for at in range(1, len(pieces) - count + 2):
        first = "".join(pieces[:at]).strip()
        wide = width_of(first)
        if wide >= best[1]:
            break  # a longer first line is only wider
        rest, widest = _broken(pieces[at:], count - 1, width_of)
        if max(wide, widest) < best[1]:
            best = ((first, *rest), max(wide, widest))
    return best if best[0] else ((whole,), width_of(whole))


def _pieces(words: str) -> tuple[str, ...]:
    """Words with the space after them; long ones cut after their hyphens.

    >>> _pieces("Newcastle-under-Lyme now")
    ('Newcastle-', 'under-', 'Lyme ', 'now')
    """
    pieces: list[str] = []
    for word in words.split():
        parts = BREAKS.split(word) if len(word) > LONG_WORD else [word]
        pieces += [*parts[:-1], f"{parts[-1]} "]
    if pieces:
        pieces[-1] = pieces[-1].rstrip()
    return tuple(pieces)
