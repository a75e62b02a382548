"""An e-mail as blocks: what each may hold, and what is missing in them. Plain values, no database.

A block is a dict of texts: its `kind` and its parts, such as
`{"kind": "button", "words": "I can help", "to": ""}`. An empty `to` leads to
the message's own page.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Block = Mapping[str, str]
MOST = 60
ADDRESS = re.compile(r"(?:https?://|mailto:|tel:)\S+|\{link\}", re.IGNORECASE)
PICTURE = re.compile(r"(?i:https)://\S+|/i/[0-9a-f]{64}\.(?:jpg|png)")
OWN_PICTURE = "/i/"
"""What the address of a picture of our own begins with, beneath the public pages' address."""
AMOUNT = re.compile(r"£?(\d{1,5}(?:\.\d\d)?)")
MOST_AMOUNTS = 7
OTHER = "other"
"""Among amounts: whatever they like, chosen on the page that takes it."""


@dataclass(frozen=True)
class Part:
    """One box of a block. `rows` above 1 is written in lines; `most` is in letters."""

    label: str
    most: int
    help: str = ""
    rows: int = 1
    is_address: bool = False


@dataclass(frozen=True)
class Shape:
    """A kind of block: its name, its icon, its boxes and what a new one begins with."""

    name: str
    icon: str
    parts: Mapping[str, Part]
    first: Mapping[str, str]


WHERE = Part(
    "Leads to", 500, "Empty: the page of their own seat. Or a whole address.", is_address=True
)
SHAPES: Mapping[str, Shape] = {
    "text": Shape("Text", "pilcrow", {"words": Part("Text", 20_000, rows=8)}, {}),
    "heading": Shape("Heading", "heading", {"words": Part("Heading", 120)}, {}),
    "button": Shape(
        "Button",
        "mouse-pointer-click",
        {"words": Part("Words", 80, "A verb and what they get."), "to": WHERE},
        {},
    ),
    "picture": Shape(
        "Picture",
        "image",
        {
            "address": Part("Address", 500, "Upload one, or write https://…", is_address=True),
            "alt": Part("What it shows", 400, "Read out, and shown where pictures are off."),
            "to": Part("Leads to", 500, "Empty: nowhere.", is_address=True),
        },
        {},
    ),
    "amounts": Shape(
        "Amounts",
        "coins",
        {
            "words": Part("Words above", 120),
            "amounts": Part(
                "Amounts in pounds",
                80,
                "Up to seven, such as 5, 10, 25, other. They lead to your own donation page"
                " (Settings, Mail accounts, Donations).",
            ),
        },
        {"words": "What can you give?", "amounts": "5, 10, 25, other"},
    ),
    "event": Shape(
        "Event",
        "calendar-days",
        {
            "title": Part("What", 120),
            "when": Part("When", 120),
            "where": Part("Where", 200),
            "words": Part("More", 500, rows=2),
            "button": Part("Button", 80, "Empty: no button."),
            "to": WHERE,
        },
        {"when": "{date}", "where": "{seat}", "button": "I will come"},
    ),
    "signature": Shape(
        "Signature",
        "signature",
        {"name": Part("Name", 120), "role": Part("Role", 160)},
        {"name": "{candidate}"},
    ),
    "divider": Shape("Divider", "minus", {}, {}),
}


class NotBlocks(ValueError):
    """Why this list is no e-mail, in words for whoever sent it."""


def first_of(kind: str) -> dict[str, str]:
    """A new block of this kind, with what helps to begin."""
    shape = SHAPES[kind]
    return {"kind": kind} | {name: shape.first.get(name, "") for name in shape.parts}


def of_letter(body: str, button: str = "") -> list[dict[str, str]]:
    """Plain words and the words of a button as blocks.

    >>> of_letter("Dear friend", "I can help")[1]
    {'kind': 'button', 'words': 'I can help', 'to': ''}
    """
    text = [{"kind": "text", "words": body}] if body.strip() else []
    return text + ([{"kind": "button", "words": button, "to": ""}] if button.strip() else [])


def tidy(found: Any) -> list[dict[str, str]]:
    """The same blocks with exactly the parts of their kinds. Raises NotBlocks.

    >>> tidy([{"kind": "divider", "colour": "red"}])
    [{'kind': 'divider'}]
    """
    if not isinstance(found, list):
        raise NotBlocks("An e-mail is a list of blocks.")
    if len(found) > MOST:
        raise NotBlocks(f"An e-mail has at most {MOST} blocks: this one has {len(found)}.")
    return [_tidied(block, number) for number, block in enumerate(found, start=1)]


def _tidied(block: Any, number: int) -> dict[str, str]:
    kind = block.get("kind") if isinstance(block, Mapping) else None
    if not isinstance(kind, str) or kind not in SHAPES:
        raise NotBlocks(f"Block {number} is of no kind that exists.")
    made = {"kind": kind}
    for name, part in SHAPES[kind].parts.items():
        said = str(block.get(name, "")).replace("\r\n", "\n").replace("\r", "\n")
        if len(said) > part.most:
            raise NotBlocks(
                f"{SHAPES[kind].name} {number}: {part.label} is longer than {part.most:,} letters."
            )
        made[name] = said.replace("\x00", "")
    return made


def texts_of(blocks: Iterable[Block]) -> list[str]:
    """Everything a writer wrote in them, in order."""
    return [block.get(name, "") for block in blocks for name in SHAPES[block["kind"]].parts]


def amounts_of(block: Block) -> list[str]:
    """The amounts of a block that are amounts, each once, at most seven.

    >>> amounts_of({"kind": "amounts", "amounts": "5, 10 and £25.50, other"})
    ['5', '10', '25.50', 'other']
    """
    found = [amount for amount, _ in _amounts(block) if amount]
    return list(dict.fromkeys(found))[:MOST_AMOUNTS]


def _amounts(block: Block) -> Iterable[tuple[str, str]]:
    """Each amount as it is told and as it was written; empty: it is none."""
    for written in re.split(r"[\s,;]+(?:and\s+)?", block["amounts"].strip()):
        read = AMOUNT.fullmatch(written)
        if written.lower() == OTHER:
            yield OTHER, written
        elif written:
            yield (read[1] if read and float(read[1]) > 0 else ""), written


def wrong_amounts(block: Block) -> Iterable[str]:
    """What is wrong with them, as the rest of a sentence."""
    found = list(_amounts(block))
    for amount, written in found:
        if not amount:
            yield f"has “{written[:20]}”, which is no amount: write 5, 7.50 or other"
    told = [amount for amount, _ in found if amount]
    if len(set(told)) > MOST_AMOUNTS:
        yield f"has more than {MOST_AMOUNTS} amounts"
    if not [amount for amount in told if amount != OTHER]:
        yield "names no amount"


def leads_to_page(blocks: Iterable[Block]) -> bool:
    """Is there anything to press: that leads to the message's own page, or to give money?"""
    return any(_leads(block) for block in blocks)


def _leads(block: Block) -> bool:
    if block["kind"] == "button":
        return bool(block["words"].strip()) and not block["to"].strip()
    if block["kind"] == "event":
        return bool(block["button"].strip()) and not block["to"].strip()
    return block["kind"] == "amounts" and bool(amounts_of(block))


def first_button(blocks: Iterable[Block]) -> str:
    """The words of the first button: what the e-mail calls for."""
    return next((block["words"] for block in blocks if block["kind"] == "button"), "")


def problems_in(blocks: Sequence[Block]) -> list[str]:
    """What is missing in the blocks themselves, each with its number from the top."""
    return [
        f"{SHAPES[block['kind']].name} {number} {lack}"
        for number, block in enumerate(blocks, start=1)
        for lack in _lacks(block)
    ]


def _lacks(block: Block) -> Iterable[str]:
    """What one block lacks, as the rest of a sentence that begins with its name."""
    kind = block["kind"]
    if kind in ("heading", "button") and not block["words"].strip():
        yield "says nothing"
    if kind == "picture" and not PICTURE.fullmatch(block["address"].strip()):
        yield "has no picture: upload one, or give an address that begins with https://"
    if kind == "picture" and not block["alt"].strip():
        yield "has no words for those who cannot see it"
    if kind == "amounts":
        yield from wrong_amounts(block)
        if not block.get("to"):
            yield (
                "leads nowhere yet: write your donation page's address in Settings, Mail accounts,"
                " Donations"
            )
    if kind == "event" and not (block["title"].strip() and block["when"].strip()):
        yield "does not say what and when"
    if kind == "signature" and not block["name"].strip():
        yield "has no name"
    to = block.get("to", "").strip()
    if to and kind != "amounts" and not ADDRESS.fullmatch(to):
        yield f"leads nowhere: {to[:80]}"
