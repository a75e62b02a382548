"""Whose turn comes when: fair over seats, evenly over a spread, a share picked at random first.

Parts of the statement that lays a sending out; a plain one's are the shortest.
"""

from datetime import UTC, datetime
from typing import Any

from muster.messaging.models import Sending

NOT_YET = datetime(9999, 1, 1, tzinfo=UTC)
"""Whoever is due then waits for somebody to let the rest go."""
STEP = 10  # seconds between the turns of a spread: few, so that each wakes a job for many

PLAIN = {"later": "false", "first": "", "order": "turn, rank", "due": "%(at)s"}
# Picked by a hash of who they are and which sending it is: at random, and the same at every try.
LATER = """row_number() OVER (ORDER BY hashint8extended(p.id, %(sending)s), p.id)
           > greatest(1, round(count(*) OVER () * %(share)s / 100.0))"""
SHARED = {
    "later": LATER,
    "first": "later,",
    "order": "later, turn, rank",
    "due": "CASE WHEN later THEN %(not_yet)s ELSE %(at)s::timestamptz END",
}
SPREAD = """%(at)s::timestamptz + make_interval(secs => {step} * floor(
       {row}::float8 * %(spread)s / {step} / greatest({people}, 1)))"""


def parts_of(sending: Sending) -> dict[str, str]:
    """What to write into the statement that lays it out."""
    if sending.share_percent:
        return SHARED
    if not sending.spread_s:
        return PLAIN
    return PLAIN | {
        "due": spread("(row_number() OVER (ORDER BY turn, rank) - 1)", "count(*) OVER ()")
    }


def asked(sending: Sending) -> dict[str, Any]:
    """What those parts ask."""
    return {
        "share": sending.share_percent,
        "spread": sending.spread_s,
        "not_yet": NOT_YET,
    }


def spread(row: str, people: str) -> str:
    """When the turn of a row (counted from 0) of so many comes."""
    return SPREAD.format(step=STEP, row=row, people=people)
