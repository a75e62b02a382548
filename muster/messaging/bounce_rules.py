"""What comes of it when a message comes back: for the address, for the person, for the sender.

The organiser's table of this is docs/decisions/bounces.md.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum

from muster.lib.bounces import Kind

FAILED_DAYS = 3  # days with a failure before an address rests; several on one day count once
WITHIN = timedelta(days=30)
FIRST_REST = timedelta(days=14)
LONGEST_REST = timedelta(days=90)
FEWEST_BLOCKED = 20
BLOCKED_SHARE = 0.05  # of what was handed over


class Effect(StrEnum):
    """What one returned message does."""

    STOP = "stop"  # no more mail to this address, until the person gives it anew
    COUNT = "count"  # towards a rest, see `rests_until`
    SUPPRESS = "suppress"  # the person objected, as if they had unsubscribed
    TELL_SENDER = "tell sender"  # the account's trouble; nothing to do with the person
    CONVERSE = "converse"  # into the person's conversation
    NOTHING = "nothing"


EFFECT_OF = {
    Kind.HARD: Effect.STOP,
    Kind.FULL: Effect.COUNT,
    Kind.SOFT: Effect.COUNT,
    Kind.UNKNOWN: Effect.COUNT,
    Kind.BLOCKED: Effect.TELL_SENDER,
    Kind.COMPLAINT: Effect.SUPPRESS,
    Kind.REPLY: Effect.CONVERSE,
    Kind.AUTO_REPLY: Effect.NOTHING,
    Kind.DELAYED: Effect.NOTHING,
    Kind.DELIVERED: Effect.NOTHING,
}

WORDS_FOR = {
    Kind.HARD: "Nobody is at this address. It gets no more mail.",
    Kind.FULL: "The mailbox is full. It is tried again later.",
    Kind.SOFT: "It could not be delivered this time. It is tried again later.",
    Kind.UNKNOWN: "It came back without a reason. It is tried again later.",
    Kind.BLOCKED: "Their server refused us, not them. See to the sending account.",
    Kind.COMPLAINT: "They called it spam. They get no more e-mail.",
    Kind.REPLY: "They answered.",
    Kind.AUTO_REPLY: "An automatic answer. Nothing changes.",
    Kind.DELAYED: "It is on its way: their server has not taken it yet.",
    Kind.DELIVERED: "It arrived.",
}


def rests_until(
    failed_on: Collection[date], *, last_failed_at: datetime, rests_before: int = 0
) -> datetime | None:
    """Until when an address that fails for reasons that pass is left alone; None: it is not.

    `failed_on` are the days with a failure since the last message that arrived; `rests_before`
    counts the rests since then. Each lasts twice as long as the one before, up to ninety days:
    afterwards it is tried again, always.
    """
    since = last_failed_at.date() - WITHIN
    recent = {day for day in failed_on if since < day <= last_failed_at.date()}
    if len(recent) < FAILED_DAYS and not (rests_before and recent):
        return None
    doubled: timedelta = FIRST_REST * 2 ** min(rests_before, 8)
    return last_failed_at + min(doubled, LONGEST_REST)


def is_blocked(blocked: int, handed_over: int) -> bool:
    """Is a sending account refused so often that somebody must see to it?"""
    return blocked >= FEWEST_BLOCKED and blocked >= BLOCKED_SHARE * handed_over
