"""Claiming: a few deliveries at a time, with the law asked for each at that very moment."""

import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from muster.compliance.rules import Contact, Decision
from muster.messaging import capping
from muster.messaging.finding import Recipient, find
from muster.messaging.live import deferring
from muster.messaging.models import Cap, SeatHold, Sending
from muster.messaging.pace.pacing import Limits
from muster.messaging.statements import instants, listed, numbers, run
from muster.messaging.tallies import tally

__all__ = ["CLAIM", "Claim", "Recipient", "Work", "claim"]

CLAIM = 64  # deliveries; a quick lane takes more (see lanes.Lane)
LEASE = timedelta(seconds=30)
LEASE_MARGIN = 5.0  # seconds before the lease's end after which nothing is begun

MOVE = """
UPDATE messaging_delivery d SET place_id = moved.place
  FROM unnest(%(people)s::bigint[], %(places)s::bigint[]) AS moved(person, place)
 WHERE d.month = %(month)s AND d.sending_id = %(sending)s AND d.person_id = moved.person
"""
TAKE = """
WITH next AS MATERIALIZED (SELECT nextval('messaging_fence') AS fence)
UPDATE messaging_delivery d
   SET state = 1, sender_id = %(sender)s, fence = next.fence, lease_until = %(until)s,
       attempts = d.attempts + 1, consent_event_id = taken.consent
  FROM unnest(%(people)s::bigint[], %(consents)s::bigint[]) AS taken(person, consent),
       next
 WHERE d.month = %(month)s AND d.sending_id = %(sending)s AND d.person_id = taken.person
RETURNING d.fence
"""
PUT_OFF = """
UPDATE messaging_delivery d SET due_at = put_off.due
  FROM unnest(%(people)s::bigint[], %(dues)s::timestamptz[]) AS put_off(person, due)
 WHERE d.month = %(month)s AND d.sending_id = %(sending)s AND d.person_id = put_off.person
"""
LEAVE_OUT = """
UPDATE messaging_delivery d
   SET state = 4, rule = left_out.rule, reason = left_out.reason, ended_at = %(at)s,
       chunk = coalesce(%(done_chunk)s, d.chunk)
  FROM unnest(%(people)s::bigint[], %(rules)s::text[], %(reasons)s::text[])
       AS left_out(person, rule, reason)
 WHERE d.month = %(month)s AND d.sending_id = %(sending)s AND d.person_id = left_out.person
"""

Law = Callable[[int | None, Contact], Decision]


@dataclass(frozen=True, slots=True)
class Work:
    """What one job works at: a chunk of a sending, in one lane of one sender."""

    sending: Sending
    chunk: int
    sender_id: int
    slot: int
    cap: Cap | None = None
    counts_opens: bool = False

    @property
    def done_chunk(self) -> int | None:
        """Open-ended sendings set what has ended apart, so that looking for work stays cheap."""
        return 1 if self.sending.state == Sending.State.OPEN else None

    def key(self) -> dict[str, Any]:
        return {
            "month": self.sending.month,
            "sending": self.sending.pk,
            "chunk": self.chunk,
            "organisation": self.sending.organisation_id,
        }

    def chosen(self) -> dict[str, Any]:
        """Was only who consented explicitly frozen into it (DP-9T); are opens counted (PECR-6)?"""
        freeze = self.sending.freeze
        return {
            "is_explicit": freeze is not None and freeze.is_explicit,
            "counts_opens": self.counts_opens,
        }

    def caps(self, at: datetime) -> dict[str, Any]:
        """How often is often enough."""
        sending = self.sending
        return capping.asked(sending.organisation, sending.message.purpose, at, self.cap)


@dataclass(frozen=True, slots=True)
class Claim:
    """Deliveries in hand until the lease ends. `seen`: how many were looked at, left out too."""

    fence: int
    recipients: list[Recipient]
    lease_ends: float
    seen: int
    last_turn: int
    made: float = 0.0  # on the monotonic clock


def claim(
    work: Work,
    law: Law,
    *,
    at: datetime,
    from_turn: int = 0,
    most: int = 0,
    seats: Collection[int] | None = None,
    limits: Limits | None = None,
) -> Claim:
    """Take the next few of a chunk: the law is asked of each, and only those it allows are taken.

    Someone who moved to another of `seats` is taken along there; who comes too fast for their
    domain is put off. Committed when it returns.
    Nothing `seen` means that nothing is due.
    """
    made = time.monotonic()
    lease_ends = made + LEASE.total_seconds() - LEASE_MARGIN
    asked = work.key() | work.chosen() | work.caps(at)
    asked |= {"at": at, "turn": from_turn, "most": most or CLAIM}
    with transaction.atomic():
        found = find(asked, seats=seats, cap=work.cap)
        moved = [r for r in found if r.place_id != r.was_in]
        here = _move(work, moved, found) if moved else found
        judged = [(r, r.left_out or law(r.place_id, r.contact)) for r in here]
        going = [r for r, decision in judged if decision.may_go]
        staying = [(r, decision) for r, decision in judged if not decision.may_go]
        waits = limits.wait_of([r.address for r in going], at) if limits and limits.paces else {}
        if waits:
            _put_off(work, [(going[n].person_id, until) for n, until in waits.items()])
            going = [r for n, r in enumerate(going) if n not in waits]
        fence = _take(work, going, at) if going else 0
        if staying:
            _leave_out(work, staying, at)
        if staying or moved:
            _count(work, moved, staying)
        again = [*going, *(r for r, _ in staying)]
        deferring.take_up(
            work.sending.pk, work.slot, Counter(r.put_off for r in again if r.attempts > 1)
        )
    last = found[-1].turn if found else from_turn
    return Claim(fence, going, lease_ends, len(found), last, made)


def _move(work: Work, moved: list[Recipient], found: list[Recipient]) -> list[Recipient]:
    """Write down the seats people are in now. Who moved to a held one waits there with it."""
    people, places = [r.person_id for r in moved], [r.place_id for r in moved]
    run(MOVE, work.key() | {"people": numbers(people), "places": listed(places)})
    held = set(SeatHold.objects.filter(sending=work.sending).values_list("place_id", flat=True))
    waiting = {r.person_id for r in moved if r.place_id in held}
    return [r for r in found if r.person_id not in waiting]


def _take(work: Work, going: list[Recipient], at: datetime) -> int:
    consents = [r.contact.consent.id if r.contact.consent else None for r in going]
    taken = run(
        TAKE,
        work.key()
        | {
            "sender": work.sender_id,
            "until": at + LEASE,
            "people": numbers([r.person_id for r in going]),
            "consents": listed(consents),
        },
    )
    return int(taken[0][0])


def _put_off(work: Work, waits: list[tuple[int, datetime]]) -> None:
    """Let these come later: no attempt was made."""
    people, dues = [person for person, _ in waits], [until for _, until in waits]
    run(PUT_OFF, work.key() | {"people": numbers(people), "dues": instants(dues)})


def _leave_out(work: Work, staying: list[tuple[Recipient, Decision]], at: datetime) -> None:
    run(
        LEAVE_OUT,
        work.key()
        | {
            "at": at,
            "done_chunk": work.done_chunk,
            "people": numbers([r.person_id for r, _ in staying]),
            "rules": listed(decision.rule for _, decision in staying),
            "reasons": listed(decision.message for _, decision in staying),
        },
    )


def _count(work: Work, moved: list[Recipient], staying: list[tuple[Recipient, Decision]]) -> None:
    totals = Counter(r.place_id or 0 for r in moved)
    totals.subtract(r.was_in or 0 for r in moved)
    tally(
        sending_id=work.sending.pk,
        slot=work.slot,
        totals=totals,
        left_out=Counter(r.place_id or 0 for r, _ in staying),
        reasons=Counter((decision.rule, decision.message) for _, decision in staying),
    )
