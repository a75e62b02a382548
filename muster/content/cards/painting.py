"""Painting one card: the shared template, this seat lit, its words in their places, as a JPEG."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import local
from typing import Any

from PIL import Image, ImageDraw

from muster.content.cards import fonts
from muster.content.cards.fitting import Fitted, Width, height_of, stack
from muster.content.cards.layout import LAYOUTS, WEIGHTS, Box, Layout
from muster.content.cards.template import SAMPLED, Hexes, Look, Template, mark_box, template

MARK = "Demonstration: made up"
QUALITY = 88
SHARED = frozenset({"organisation", "mark", "headline", "date", "call"})
NAMES = {
    "seat": "seat's name",
    "local": "seat's local name",
    "candidate": "candidate's name",
    "organisation": "organisation's name",
    "line": "line beneath the headline",
}


@dataclass(frozen=True)
class Drawn:
    """A card. `jpeg` is empty where it could not be drawn so that everyone can read it."""

    jpeg: bytes
    drawn: list[dict[str, Any]] = field(default_factory=list)


def paint(card: Mapping[str, Any], format: str, hexes: Hexes) -> Drawn:
    """Draw a card from its words (`Cut.card`). What cannot be read is a problem, never drawn."""
    canvas = composed(card, format, hexes)
    if problems := [*canvas.problems, *_unknown_letters(canvas.said)]:
        return Drawn(b"", [{"problem": words} for words in dict.fromkeys(problems)])
    return Drawn(encoded(canvas.image), canvas.drawn)


_sheets = local()


def _sheet(under: Template) -> Image.Image:
    """A copy of the template to draw on, always the same piece of memory in each thread."""
    size = under.image.size
    kept: dict[tuple[int, int], Image.Image] = _sheets.__dict__.setdefault("kept", {})
    if size in kept:
        kept[size].paste(under.image)
    else:
        kept[size] = under.image.copy()
    return kept[size]


def composed(card: Mapping[str, Any], format: str, hexes: Hexes) -> "Canvas":
    """Put a card's words in their places, as far as they fit.

    Its image is good until this thread composes the next of that size.
    """
    said = {role: fonts.visible(str(card.get(role) or "")).strip() for role in WEIGHTS}
    said["candidate"] = said["candidate"] and f"{said['candidate']} for"
    said["mark"] = MARK if card.get("is_demonstration") else ""
    has_bar = bool(said["date"] or said["call"])
    look = Look(format, card["design"], card["accent"], has_bar, bool(said["mark"]), hexes)
    canvas = Canvas(template(look), LAYOUTS[format], said)
    canvas.light(card["hex"])
    canvas.top_line()
    canvas.column(canvas.layout.beside, ("candidate", "seat", "local"))
    canvas.column(canvas.layout.beneath, ("headline", "line"))
    canvas.bar()
    canvas.foot()
    return canvas


def encoded(image: Image.Image) -> bytes:
    """As a JPEG whose coloured letters stay sharp: no colour is thinned out."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
    return out.getvalue()


def _unknown_letters(said: Mapping[str, str]) -> list[str]:
    letters = fonts.missing("".join(said.values()))
    return [f"The card's letters lack “{''.join(letters)}”"] if letters else []


class Canvas:
    """One card while it is drawn: the picture, what stands in it, and what did not fit."""

    def __init__(self, under: Template, layout: Layout, said: Mapping[str, str]) -> None:
        self.under, self.layout, self.said = under, layout, said
        self.colours = under.colours
        self.image = _sheet(under)
        self.pen = ImageDraw.Draw(self.image)
        self.drawn: list[dict[str, Any]] = []
        self.problems: list[str] = []

    def light(self, where: Sequence[int | None]) -> None:
        """Light this seat on the map of the country."""
        q, r = where
        if q is None or r is None:
            return
        x, y = self.under.middle(q, r)
        lit = self.under.lit
        self.image.paste(lit, (x - lit.width // 2, y - lit.height // 2), lit)

    def top_line(self) -> None:
        """Whose card it is, and that it is a demonstration's."""
        line = self.layout.top_line
        left, top, right, bottom = mark_box(self.layout)
        wide = (left - line.left - 24) if self.said["mark"] else line.wide
        self._in_box("organisation", Box(line.left, line.top, wide, line.high), self.colours.ink)
        self._in_box("mark", Box(left + 20, top, right - left - 40, bottom - top), "", middle=True)

    def column(self, box: Box, roles: Sequence[str]) -> None:
        """Several one above another, in the middle of a box; smaller where they would not fit."""
        slots = [
            (self.layout.slots[role], self.said[role], self._width(role))
            for role in roles
            if self.said[role]
        ]
        fitted, fits = stack(slots, box.wide, box.high)
        if not fits:
            self._too_long(max(fitted, key=lambda each: each.height).slot.role)
            return
        y = box.top + (box.high - height_of(fitted)) / 2
        for number, each in enumerate(fitted):
            y += each.slot.gap if number else 0
            ink = self.colours.seat if each.slot.role == "seat" else self.colours.ink
            self._write(each, box.left, y, ink)
            y += each.height

    def bar(self) -> None:
        """The date at the left, the call at the right: one alone has the whole bar."""
        box, inner = self.layout.bar, 32
        roles = [role for role in ("date", "call") if self.said[role]]
        free = box.wide - inner * (len(roles) + 1)
        left = box.left + inner
        for role in roles:
            wide = round(free * self._share(role, roles))
            ink = self.colours.call if role == "call" else self.colours.on_bar
            part = Box(left, box.top, wide, box.high)
            self._in_box(role, part, ink, right=role == "call" and len(roles) > 1)
            left += wide + inner

    def _share(self, role: str, roles: Sequence[str]) -> float:
        """How much of the bar words get: as much as they are long, a third at least."""
        widths = {each: self._width(each)(self.said[each]) for each in roles}
        share = widths[role] / sum(widths.values())
        return min(max(share, 0.35), 0.65) if len(roles) > 1 else 1.0

    def foot(self) -> None:
        """The imprint, within the picture, where no re-sharing can lose it (IMP-3)."""
        self._in_box("imprint", self.layout.foot, self.colours.on_foot)

    def _in_box(
        self, role: str, box: Box, ink: str, *, middle: bool = False, right: bool = False
    ) -> None:
        """Words in the middle of a box's height."""
        if not self.said[role]:
            return
        slot = self.layout.slots[role]
        fitted, fits = stack([(slot, self.said[role], self._width(role))], box.wide, box.high)
        if not fits:
            self._too_long(role)
            return
        top = box.top + (box.high - height_of(fitted)) / 2
        widest = max(self._width(role)(line) for line in fitted[0].lines) * fitted[0].px
        left = box.left + (box.wide - widest) / (2 if middle else 1) * (middle or right)
        self._write(fitted[0], left, top, ink or self.colours.on_mark)

    def _write(self, fitted: Fitted, left: float, top: float, ink: str) -> None:
        """Put lines down; remember what stands there and how well it can be read."""
        role, px = fitted.slot.role, fitted.px
        if not fitted.is_legible:
            self._too_long(role)
            return
        step = px * fitted.slot.leading
        # The middle of a line's small letters and capitals stands in the middle of its height.
        base = top + step / 2 + px * 0.33
        for number, line in enumerate(fitted.lines):
            self._put(role, px, line, round(left), round(base + number * step), ink)
        wide = max(self._width(role)(line) for line in fitted.lines) * px
        self.drawn.append(
            {
                "role": role,
                "words": self.said[role],
                "px": px,
                "contrast": self._contrast(ink, left, top, wide, fitted.height),
            }
        )

    def _put(self, role: str, px: int, line: str, x: int, y: int, ink: str) -> None:
        """One line on its base line; what most seats share is drawn once and pressed."""
        if role in SHARED:
            shape, left, top = fonts.stamp(WEIGHTS[role], px, line)
            self.image.paste(ink, (x + left, y + top), shape)
        else:
            self.pen.text((x, y), line, ink, fonts.font(WEIGHTS[role], px), anchor="ls")

    def _contrast(self, ink: str, left: float, top: float, wide: float, high: float) -> float:
        """The least contrast of the ink with the ground beneath these words."""
        small = self.under.small
        x, y = min(int(left / SAMPLED), small.width - 1), min(int(top / SAMPLED), small.height - 1)
        right = max(min(int((left + wide) / SAMPLED), small.width), x + 1)
        bottom = max(min(int((top + high) / SAMPLED), small.height), y + 1)
        return self.under.contrast(ink, (x, y, right, bottom))

    def _width(self, role: str) -> Width:
        return _width_in(WEIGHTS[role])

    def _too_long(self, role: str) -> None:
        self.problems.append(f"The {NAMES.get(role, role)} is too long to be read on the card")


_WIDTHS: dict[fonts.Weight, Width] = {
    weight: partial(fonts.width, weight) for weight in ("Regular", "Semibold", "Bold", "Black")
}


def _width_in(weight: fonts.Weight) -> Width:
    return _WIDTHS[weight]
