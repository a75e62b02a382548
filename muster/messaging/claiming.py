"""Claiming: a few deliveries at a time, with the law asked for each at that very moment."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from muster.compliance.rules import Consent, Contact, Decision, Kind
from muster.messaging.models import Sending
from muster.messaging.rules import DEAD_EMAIL, NO_EMAIL, NOT_ON_LIST
from muster.messaging.statements import listed, run
from muster.messaging.tallies import tally_left_out
from muster.people.suppressing import key_for

CLAIM = 64
LEASE = timedelta(seconds=30)
LEASE_MARGIN = 5.0  # seconds before the lease's end after which nothing is begun

# The latest word counts; at one instant a no comes before a yes (see people.consenting).
FIND = f"""
WITH mine AS MATERIALIZED (
    SELECT person_id, place_id, turn, attempts
      FROM messaging_delivery
     WHERE month = %(month)s AND sending_id = %(sending)s AND chunk = %(chunk)s
       AND turn >= %(turn)s AND state = 0 AND due_at <= %(at)s
     ORDER BY turn
     LIMIT {CLAIM}
       FOR UPDATE SKIP LOCKED)
SELECT mine.person_id, mine.place_id, mine.turn, mine.attempts,
       p.id, p.given_name, p.family_name, e.addresses, e.state,
       c.id, c.is_given, c.campaigner_id, coalesce(w.covers_candidates, false)
  FROM mine
  LEFT JOIN people_person p ON p.id = mine.person_id AND p.organisation_id = %(organisation)s
  LEFT JOIN LATERAL (
      SELECT array_agg(value ORDER BY state = 'good' DESC, id) AS addresses,
             (array_agg(state ORDER BY state = 'good' DESC, id))[1] AS state
        FROM people_contactpoint WHERE person_id = p.id AND kind = 'email') e ON true
  LEFT JOIN LATERAL (
      SELECT id, is_given, campaigner_id, wording_id FROM people_consentevent
       WHERE person_id = p.id AND channel = 'email' AND purpose = 'marketing'
       ORDER BY at DESC, is_given LIMIT 1) c ON true
  LEFT JOIN people_wording w ON w.id = c.wording_id
 ORDER BY mine.turn
"""
SUPPRESSED = """
SELECT key, reason FROM people_suppression
 WHERE organisation_id = %(organisation)s AND channel = 'email'
   AND key = ANY(%(keys)s::bytea[])
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
class Recipient:
    """One person whose turn has come, as they are now."""

    person_id: int
    place_id: int | None
    turn: int
    attempts: int
    given_name: str
    family_name: str
    address: str
    contact: Contact
    left_out: Decision | None


@dataclass(frozen=True, slots=True)
class Work:
    """What one job works at: a chunk of a sending, in one lane of one sender."""

    sending: Sending
    chunk: int
    sender_id: int
    slot: int

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


@dataclass(frozen=True, slots=True)
class Claim:
    """Deliveries in hand until the lease ends. `seen`: how many were looked at, left out too."""

    fence: int
    recipients: list[Recipient]
    lease_ends: float
    seen: int
    last_turn: int


def claim(work: Work, law: Law, *, at: datetime, from_turn: int = 0) -> Claim:
    """Take the next few of a chunk: the law is asked of each, and only those it allows are taken.

    Committed when it returns. An empty `seen` means that nothing is due.
    """
    lease_ends = time.monotonic() + LEASE.total_seconds() - LEASE_MARGIN
    with transaction.atomic():
        found = _find(work, at, from_turn)
        judged = [(r, r.left_out or law(r.place_id, r.contact)) for r in found]
        going = [r for r, decision in judged if decision.may_go]
        staying = [(r, decision) for r, decision in judged if not decision.may_go]
        fence = _take(work, going, at) if going else 0
        if staying:
            _leave_out(work, staying, at)
    return Claim(fence, going, lease_ends, len(found), found[-1].turn if found else from_turn)


def _find(work: Work, at: datetime, from_turn: int) -> list[Recipient]:
    rows = run(FIND, work.key() | {"at": at, "turn": from_turn})
    # Whoever objected under one of their addresses objected under all of them.
    whose = {key_for("email", address): row[0] for row in rows for address in row[7] or ()}
    asked = {"organisation": work.sending.organisation_id, "keys": listed(whose)}
    found = run(SUPPRESSED, asked) if whose else []
    suppressed = {whose[bytes(key)]: reason for key, reason in found}
    return [_recipient(row, suppressed.get(row[0], "")) for row in rows]


def _recipient(row: tuple[Any, ...], suppressed: str) -> Recipient:
    consent = Consent(row[9], row[10], row[11], row[12]) if row[9] is not None else None
    return Recipient(
        person_id=row[0],
        place_id=row[1],
        turn=row[2],
        attempts=row[3] + 1,
        given_name=row[5] or "",
        family_name=row[6] or "",
        address=row[7][0] if row[7] else "",
        contact=Contact(consent, suppressed),
        left_out=_unreachable(is_known=row[4] is not None, addresses=row[7], state=row[8]),
    )


def _unreachable(
    *, is_known: bool, addresses: list[str] | None, state: str | None
) -> Decision | None:
    """Someone no law stands before, but whom no e-mail can reach."""
    if not is_known:
        return Decision(Kind.BLOCK, "", NOT_ON_LIST)
    if not addresses:
        return Decision(Kind.BLOCK, "", NO_EMAIL)
    return Decision(Kind.BLOCK, "", DEAD_EMAIL) if state == "dead" else None


def _take(work: Work, going: list[Recipient], at: datetime) -> int:
    taken = run(
        TAKE,
        work.key()
        | {
            "sender": work.sender_id,
            "until": at + LEASE,
            "people": listed(r.person_id for r in going),
            "consents": listed(r.contact.consent.id if r.contact.consent else None for r in going),
        },
    )
    return int(taken[0][0])


def _leave_out(work: Work, staying: list[tuple[Recipient, Decision]], at: datetime) -> None:
    run(
        LEAVE_OUT,
        work.key()
        | {
            "at": at,
            "done_chunk": work.done_chunk,
            "people": listed(r.person_id for r, _ in staying),
            "rules": listed(decision.rule for _, decision in staying),
            "reasons": listed(decision.message for _, decision in staying),
        },
    )
    tally_left_out(
        sending_id=work.sending.pk,
        slot=work.slot,
        places=[r.place_id or 0 for r, _ in staying],
        decisions=[(decision.rule, decision.message) for _, decision in staying],
    )
