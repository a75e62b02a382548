"""Short-lived tickets to live events: signed, readable by any process that holds the key."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from django.core import signing

Kind = Literal["progress", "leads", "launch"]
SALT = "muster.live"


class BadTicket(Exception):
    """The ticket was altered, is of another kind, or has run out."""


@dataclass(frozen=True)
class Ticket:
    """What its holder may watch. `seats` holds seat ids; None: everywhere.

    `member_id` says who asked for it, and `made` when: whose access changes since must ask anew.
    """

    kind: str
    id: int
    organisation_id: int
    seats: frozenset[int] | None
    until: datetime
    member_id: int | None = None
    made: datetime | None = None

    def shows(self, seat_id: int | None) -> bool:
        """May the holder see what happens in this seat? The placeless: only from everywhere."""
        return self.seats is None or (seat_id is not None and seat_id in self.seats)


def make(
    kind: Kind,
    id: int,
    organisation_id: int,
    seats: Collection[int] | None,
    seconds: int = 300,
    *,
    at: datetime,
    member_id: int | None = None,
) -> str:
    """A ticket to the live events of one thing, in these seats, for so many seconds."""
    until = int((at + timedelta(seconds=seconds)).timestamp())
    kept = None if seats is None else sorted(seats)
    values = [kind, id, organisation_id, kept, until, member_id, int(at.timestamp())]
    return signing.dumps(values, salt=SALT, compress=True)


def read(text: str, *, at: datetime) -> Ticket:
    """What the ticket allows. Raises `BadTicket`."""
    try:
        kind, id, organisation_id, seats, until, member_id, made = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as refusal:
        raise BadTicket("This ticket is not one of ours.") from refusal
    end = datetime.fromtimestamp(until, UTC)
    if at >= end:
        raise BadTicket("This ticket has run out.")
    kept = None if seats is None else frozenset(seats)
    begun = datetime.fromtimestamp(made, UTC)
    return Ticket(kind, id, organisation_id, kept, end, member_id, begun)
