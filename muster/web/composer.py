"""The blocks of an e-mail as a form holds them, so that adding and moving works without script."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from muster.content.blocks import MOST, SHAPES, Part, Shape, first_of
from muster.content.from_html import markdown_of
from muster.content.markdown import editable
from muster.content.models import Master
from muster.content.typesetting import whole

Blocks = list[dict[str, str]]
LONGEST_HTML = 100_000  # letters, five times the longest text


@dataclass(frozen=True)
class Box:
    """One box of one block: its name in the form, what it holds, how it is written."""

    name: str
    value: str
    part: Part
    is_rich: bool

    @property
    def rich(self) -> str:
        """The same as HTML, for the editor that is laid over the box where scripts run."""
        return editable(self.value)


@dataclass(frozen=True)
class Row:
    """One block on the page. `is_touched`: it was just added or moved, and is where one goes on."""

    at: int
    kind: str
    shape: Shape
    boxes: Sequence[Box]
    is_first: bool
    is_last: bool
    is_touched: bool
    shown: str = ""
    """The address of its picture, as a browser asks for it."""


def typed(post: QueryDict) -> Blocks:
    """The blocks as the form has them, in its order. What is no block is left away.

    Where the rich editor wrote a text, it says so beside it, and sends HTML.
    """
    found: Blocks = []
    for mark in post.getlist("block")[:MOST]:
        kind = post.get(f"{mark}-kind", "")
        if kind in SHAPES:
            parts = SHAPES[kind].parts
            said = {name: post.get(f"{mark}-{name}", "").replace("\r\n", "\n") for name in parts}
            # What is longer is refused as it stands: reading it would take minutes.
            is_short = len(said.get("words", "")) <= LONGEST_HTML
            if kind == "text" and post.get(f"{mark}-as") == "html" and is_short:
                said["words"] = markdown_of(said["words"])
            found.append({"kind": kind} | said)
    return found


def acted(blocks: Blocks, do: str) -> tuple[Blocks, int | None]:
    """The blocks after one press of a button, and the place of the block it touched.

    `do` is such as "add-button", "add-button-2" (after the block there), "up-2", "down-2",
    "copy-2" or "remove-2".
    """
    act, _, rest = do.partition("-")
    made = list(blocks)
    if act == "add":
        return _added(made, *rest.partition("-")[::2])
    if not (rest.isascii() and rest.isdigit() and int(rest) < len(made)):
        return made, None
    at = int(rest)
    if act == "remove":
        del made[at]
        return made, min(at, len(made) - 1) if made else None
    if act == "copy" and len(made) < MOST:
        made.insert(at + 1, dict(made[at]))
        return made, at + 1
    to = at + {"up": -1, "down": 1}.get(act, 0)
    if 0 <= to < len(made):
        made[at], made[to] = made[to], made[at]
        return made, to
    return made, at


def _added(blocks: Blocks, kind: str, after: str) -> tuple[Blocks, int | None]:
    if kind not in SHAPES or len(blocks) >= MOST:
        return blocks, None
    is_place = after.isascii() and after.isdigit() and int(after) < len(blocks)
    at = int(after) + 1 if is_place else len(blocks)
    blocks.insert(at, first_of(kind))
    return blocks, at


def rows(blocks: Sequence[dict[str, str]], touched: int | None = None) -> list[Row]:
    """The blocks as the page shows them."""
    return [
        Row(
            at,
            block["kind"],
            SHAPES[block["kind"]],
            [
                Box(f"b{at}-{name}", block.get(name, ""), part, block["kind"] == "text")
                for name, part in SHAPES[block["kind"]].parts.items()
            ],
            at == 0,
            at == len(blocks) - 1,
            at == touched,
            whole(block.get("address", "")),
        )
        for at, block in enumerate(blocks)
    ]


def page_of(blocks: Blocks, touched: int | None = None) -> dict[str, Any]:
    """What the list of blocks is drawn from."""
    return {"rows": rows(blocks, touched), "shapes": SHAPES, "is_full": len(blocks) >= MOST}


def blocks_of(post: QueryDict | None, master: Master | None) -> Blocks:
    """The blocks to show: as typed, else as kept, else a text and a button to begin with."""
    if post is not None:
        return typed(post)
    if master is not None:
        return [dict(block) for block in master.blocks]
    return [first_of("text"), first_of("button")]
