"""Finding whose turn it is: a few deliveries of a chunk, each with the person as they are now."""

from collections.abc import Collection
from typing import Any, NamedTuple

from muster.compliance.rules import Consent, Contact, Decision, Kind
from muster.messaging.capping import HOW_CAPPED, words_of
from muster.messaging.models import Cap
from muster.messaging.rules import (
    DEAD_EMAIL,
    MOVED_OUT,
    NO_EMAIL,
    NOT_EXPLICIT,
    NOT_ON_LIST,
    RESTING,
)
from muster.messaging.statements import listed, run
from muster.people.explicit import STANDS
from muster.people.opens import COUNTED
from muster.people.suppressing import key_for

# Held seats are asked of the table itself: a hold that came with Go is in no sender's sight yet.
# The latest word counts; at one instant a no comes before a yes (see people.consenting).
FIND = f"""
WITH mine AS MATERIALIZED (
    SELECT person_id, place_id, turn, attempts, reason
      FROM messaging_delivery
     WHERE month = %(month)s AND sending_id = %(sending)s AND chunk = %(chunk)s
       AND turn >= %(turn)s AND state = 0 AND due_at <= %(at)s
       AND (place_id IN (SELECT place_id FROM messaging_seathold
                          WHERE sending_id = %(sending)s)) IS NOT TRUE
     ORDER BY turn
     LIMIT %(most)s::integer
       FOR UPDATE SKIP LOCKED)
SELECT mine.person_id, mine.place_id, mine.turn, mine.attempts,
       p.id, p.given_name, p.family_name, p.seat_id, e.addresses, e.state,
       c.id, c.is_given, c.campaigner_id, coalesce(w.covers_candidates, false),
       {HOW_CAPPED},
       %(is_explicit)s::boolean AND NOT {STANDS},
       e.state = 'bouncing' AND EXISTS (SELECT FROM messaging_rest
                                         WHERE point_id = e.point AND until > %(at)s),
       mine.reason,
       %(counts_opens)s::boolean AND {COUNTED}
  FROM mine
  LEFT JOIN people_person p ON p.id = mine.person_id AND p.organisation_id = %(organisation)s
  LEFT JOIN LATERAL (
      SELECT array_agg(value ORDER BY state = 'good' DESC, id) AS addresses,
             (array_agg(id ORDER BY state = 'good' DESC, id))[1] AS point,
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


class Recipient(NamedTuple):
    """One person whose turn has come, as they are now. `was_in`: the seat they were laid out in;
    `put_off`: what a server said that refused them for now; `is_counted`: they agreed that what
    they open is counted, and it is (PECR-6)."""

    person_id: int
    place_id: int | None
    turn: int
    attempts: int
    given_name: str
    family_name: str
    address: str
    contact: Contact
    left_out: Decision | None = None
    was_in: int | None = None
    put_off: str = ""
    is_counted: bool = False


def find(
    asked: dict[str, Any], *, seats: Collection[int] | None, cap: Cap | None = None
) -> list[Recipient]:
    """Lock the next of a chunk and read who they are. Asks: what `FIND` asks, in a transaction.

    Someone who moved counts in the seat they are in now, if it is one of `seats`; with None,
    everybody stays where they were when they acted.
    """
    rows = run(FIND, asked)
    # Whoever objected under one of their addresses objected under all of them.
    whose = {key_for("email", address): row[0] for row in rows for address in row[8] or ()}
    organisation = asked["organisation"]
    found = run(SUPPRESSED, {"organisation": organisation, "keys": listed(whose)}) if whose else []
    suppressed = {whose[bytes(key)]: reason for key, reason in found}
    return [_recipient(row, suppressed.get(row[0], ""), seats, cap) for row in rows]


def _recipient(
    row: tuple[Any, ...], suppressed: str, seats: Collection[int] | None, cap: Cap | None
) -> Recipient:
    person, was_in, turn, attempts, known, given, family, seat, addresses, state = row[:10]
    consent = Consent(*row[10:14]) if row[10] is not None else None
    has_moved = seats is not None and known is not None and seat != was_in
    stays_here = not has_moved or seat in (seats or ())
    return Recipient(
        person,
        seat if has_moved and stays_here else was_in,
        turn,
        attempts + 1,
        given or "",
        family or "",
        addresses[0] if addresses else "",
        Contact(consent, suppressed),
        _unreachable(known is not None, stays_here, addresses, state)
        or _resting(row[16])
        or _not_explicit(row[15])
        or _capped(words_of(cap, row[14])),
        was_in,
        row[17],
        bool(row[18]),
    )


def _resting(is_resting: bool | None) -> Decision | None:
    return Decision(Kind.BLOCK, "", RESTING) if is_resting else None


def _capped(words: str) -> Decision | None:
    return Decision(Kind.BLOCK, "", words) if words else None


def _not_explicit(is_taken_back: bool) -> Decision | None:
    """An audience by special data was frozen; a yes to that may have been taken back since."""
    return Decision(Kind.BLOCK, "DP-9T", NOT_EXPLICIT) if is_taken_back else None


def _unreachable(
    is_known: bool, stays_here: bool, addresses: list[str] | None, state: str | None
) -> Decision | None:
    """Someone no law stands before, but whom this message is not for or cannot reach."""
    if is_known and stays_here and addresses and state != "dead":
        return None
    if not is_known:
        return Decision(Kind.BLOCK, "", NOT_ON_LIST)
    if not stays_here:
        return Decision(Kind.BLOCK, "", MOVED_OUT)
    return Decision(Kind.BLOCK, "", DEAD_EMAIL if addresses else NO_EMAIL)
