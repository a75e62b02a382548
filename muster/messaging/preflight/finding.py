"""What a look before the press says, one thing each, on plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from muster.lib.words import counted

BLOCK, WARN, OK, SKIPPED = "block", "warn", "ok", "skipped"
ORDER = (BLOCK, WARN, SKIPPED, OK)


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `words` say what is wrong and what to do.

    `mend` names where that is done: words, domain, account, sender, audience, look; `about`: which
    of them, by number. `seats` and `people`: how many it concerns, 0 where that says nothing.
    """

    code: str
    state: str
    words: str
    mend: str = ""
    about: int = 0
    seats: int = 0
    people: int = 0
    more: Sequence[str] = ()

    def kept(self) -> dict[str, Any]:
        return asdict(self)


def sorted_by_state(found: Iterable[Finding]) -> list[Finding]:
    """What stands in the way first; within that, as it came."""
    return sorted(found, key=lambda one: ORDER.index(one.state))


def sentence(found: Sequence[Finding], *, is_whole: bool = True, is_approved: bool = False) -> str:
    """Where it stands, in one sentence. `is_whole`: all was asked.

    >>> sentence([Finding("spf", OK, ""), Finding("cap", WARN, "")])
    'Nothing stands in the way, 1 thing to look at.'
    >>> sentence([Finding("cap", WARN, "")], is_approved=True)
    'Ready to send, 1 thing to look at.'
    """
    blocks = sum(one.state == BLOCK for one in found)
    warns = sum(one.state == WARN for one in found)
    stands = "stands in the way" if blocks == 1 else "stand in the way"
    first = "Ready to send" if is_approved else "Nothing stands in the way"
    if blocks:
        first = f"{counted(blocks, 'thing', 'things')} {stands}"
    elif not is_whole:
        first = "Nothing stands in the way so far"
    rest = f", {counted(warns, 'thing', 'things')} to look at" if warns else ""
    return f"{first}{rest}."


def in_seats(
    code: str, state: str, words: str, names: Sequence[str], of: int, mend: str
) -> Finding:
    """The same thing in some seats, or in all.

    >>> in_seats("size", WARN, "It is long", ["Hove", "Neath"], 9, "words").words
    'It is long, in 2 seats: Hove, Neath.'
    """
    where = ""
    if len(names) < of and names:
        more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
        listed = ", ".join(sorted(names)[:3])
        where = f", in {counted(len(names), 'seat', 'seats')}: {listed}{more}"
    return Finding(code, state, f"{words}{where}.", mend, seats=len(names))
