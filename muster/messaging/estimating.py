"""Before the press: how many a message would reach, and why the others would be left out."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from muster.audiences.counting import FRESHENED
from muster.compliance import packs
from muster.compliance.rules import Campaigner, Consent, Contact, judge_contact
from muster.content import cutting
from muster.messaging import capping, letters, rules, whom
from muster.messaging.models import Message
from muster.people import summing_up
from muster.people.suppressing import key_for

# People alike in all that the law looks at are judged once; suppression is by address.
ALIKE = """
SELECT p.seat_id,
       CASE WHEN e.state = 'bouncing' AND EXISTS (
                SELECT FROM messaging_rest WHERE point_id = e.point AND until > %(at)s)
            THEN 'resting' ELSE e.state END,
       c.is_given, c.campaigner_id, coalesce(w.covers_candidates, false),
       CASE WHEN c.is_given AND %(is_any_suppressed)s THEN e.addresses END,
       {is_capped}, count(*)
  FROM people_person p
  JOIN places_target t ON t.place_id = p.seat_id AND t.target_list_id = %(targets)s
  {whom}
  LEFT JOIN LATERAL (
      SELECT array_agg(value ORDER BY id) AS addresses,
             (array_agg(id ORDER BY state = 'good' DESC, id))[1] AS point,
             (array_agg(state ORDER BY state = 'good' DESC, id))[1] AS state
        FROM people_contactpoint WHERE person_id = p.id AND kind = 'email') e ON true
  LEFT JOIN LATERAL (
      SELECT is_given, campaigner_id, wording_id FROM people_consentevent
       WHERE person_id = p.id AND channel = 'email' AND purpose = 'marketing'
       ORDER BY at DESC, is_given LIMIT 1) c ON true
  LEFT JOIN people_wording w ON w.id = c.wording_id
 WHERE p.organisation_id = %(organisation)s
 GROUP BY 1, 2, 3, 4, 5, 6, 7
"""


@dataclass(frozen=True)
class Estimate:
    """Of `audience` people in the seats, `asked` would get it; `left_out` counts by reason."""

    audience: int
    asked: int
    left_out: dict[str, int]


def estimate(message: Message, at: datetime) -> Estimate:
    """Ask the law of everyone in the seats as it would be asked now. Changes nothing."""
    if message.audience_id is not None:
        summing_up.catch_up(message.organisation_id, at_most=FRESHENED)
    reasons: Counter[str] = Counter()
    audience = 0
    suppressed = _suppressed(message.organisation_id)
    judge = _Judge(message, at, suppressed)
    for row in _alike(message, bool(suppressed), at):
        audience += row[-1]
        reasons[judge.reason(row)] += row[-1]
    asked = reasons.pop("", 0)
    return Estimate(audience, asked, dict(reasons.most_common()))


class _Judge:
    """The law of every seat's campaigner."""

    def __init__(self, message: Message, at: datetime, suppressed: dict[bytes, str]) -> None:
        places = (
            [t.place for t in message.target_list.targets.select_related("place")]
            if (message.target_list)
            else []
        )
        cuts = cutting.cut(message.master, places, at) if places else []
        self._campaigners = {
            cut.place_id: letters.campaigner_of(cut, message.organisation) for cut in cuts
        }
        self._action = letters.action_of(cuts[0], message) if cuts else None
        self._pack = packs.pack_for(letters.COUNTRY, at.date())
        self._at = at
        self._cap = capping.cap_of(message)
        self._suppressed = suppressed

    def reason(self, row: tuple[Any, ...]) -> str:
        """Why these people would be left out; empty: they would get it."""
        seat, state, is_given, consent_by, covers, addresses, how_capped, _ = row
        if state is None:
            return rules.NO_EMAIL
        if state == "dead":
            return rules.DEAD_EMAIL
        if state == "resting":
            return rules.RESTING
        if words := capping.words_of(self._cap, how_capped):
            return words
        consent = Consent(0, is_given, consent_by, covers) if is_given is not None else None
        keys = [key_for("email", address) for address in addresses or ()]
        reason = next((self._suppressed[key] for key in keys if key in self._suppressed), "")
        who: Campaigner = self._campaigners[seat]
        assert self._action is not None
        contact = Contact(consent, reason)
        return judge_contact(self._pack, who, self._action, contact, self._at).message


def _alike(message: Message, is_any_suppressed: bool, at: datetime) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            ALIKE.format(whom=whom.now(message, at), is_capped=capping.HOW_CAPPED),
            {
                "organisation": message.organisation_id,
                "targets": message.target_list_id,
                "is_any_suppressed": is_any_suppressed,
                "at": at,
            }
            | capping.asked(message.organisation, message.purpose, at, capping.cap_of(message)),
        )
        while rows := cursor.fetchmany(5000):
            yield from rows


def _suppressed(organisation_id: int) -> dict[bytes, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, reason FROM people_suppression"
            " WHERE organisation_id = %s AND channel = 'email'",
            [organisation_id],
        )
        return {bytes(key): reason for key, reason in cursor.fetchall()}
