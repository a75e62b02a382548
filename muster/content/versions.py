"""Every version of a master's words: who kept it and when, what it changed, how it goes back."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from django.db.models import Max

from muster.content.blocks import SHAPES
from muster.content.models import Master, Version

PARTS = ("name", "subject", "preheader", "body", "button", "design", "alt")
CALLED = {
    "name": "Name",
    "subject": "Subject",
    "preheader": "After the subject",
    "body": "Words",
    "button": "Button",
    "design": "Design",
    "alt": "Alt text",
    "date": "Date",
}
# Each with the space before it: by itself, one space is like every other.
WORDS = re.compile(r"\s*(?:[^\s\w]|\w+)|\s+")


@dataclass(frozen=True)
class Piece:
    """A few words that stayed (""), came ("ins") or went ("del")."""

    kind: str
    words: str


@dataclass(frozen=True)
class Change:
    """One part that is not what it was before, word by word."""

    part: str
    pieces: Sequence[Piece]


def keep(master: Master) -> Version:
    """Write the words down as they stand, by their author. For whoever changed them just now."""
    last = master.versions.aggregate(last=Max("number"))["last"] or 0
    return Version.objects.create(
        master=master,
        number=last + 1,
        words=words_of(master),
        by_id=master.author_id,
        at=master.changed_at,
    )


def keep_first(master: Master) -> None:
    """Write down the words of a master from before there were versions, ere they change."""
    if not master.versions.exists():
        keep(master)


def words_of(master: Master) -> dict[str, Any]:
    """All that a writer put into it, as it is kept in a version."""
    day = master.date.isoformat() if master.date else ""
    return {name: getattr(master, name) for name in PARTS} | {
        "date": day,
        "blocks": master.blocks,
    }


def put_back(version: Version) -> dict[str, Any]:
    """What of it becomes the words again: all but the name, which tells today's master."""
    day = version.words["date"]
    words = {name: version.words[name] for name in (*PARTS[1:], "blocks")}
    return words | {"date": date.fromisoformat(day) if day else None}


def changes(old: dict[str, Any] | None, new: dict[str, Any]) -> list[Change]:
    """What differs between two versions, part by part; everything, where there was none before."""
    before, after = dict(_parts(old or {})), dict(_parts(new))
    parts = [*after, *(part for part in before if part not in after)]
    return [
        Change(part, compared(before.get(part, ""), after.get(part, "")))
        for part in parts
        if before.get(part, "") != after.get(part, "")
    ]


def _parts(words: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for name, called in CALLED.items():
        if words.get(name) and not (name == "design" and words.get("blocks")):
            yield called, str(words[name])
    for number, block in enumerate(words.get("blocks", ()), start=1):
        shape = SHAPES[block["kind"]]
        said = [block.get(name, "") for name in shape.parts]
        yield f"{shape.name} {number}", "\n".join(part for part in said if part)


def compared(old: str, new: str) -> list[Piece]:
    """Two texts word by word.

    >>> [piece.kind + piece.words for piece in compared("two hours", "three hours")]
    ['deltwo', 'insthree', ' hours']
    """
    before, after = WORDS.findall(old), WORDS.findall(new)
    pieces: list[Piece] = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("", "".join(before[i:j])))
            continue
        pieces += [Piece("del", "".join(before[i:j]))] if i < j else []
        pieces += [Piece("ins", "".join(after[k:m]))] if k < m else []
    return pieces
