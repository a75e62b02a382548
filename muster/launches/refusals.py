"""What was refused, newest first: by a mail server, by a platform, by the law, or held at Go."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from muster.launches.locking import fresh
from muster.launches.models import Launch
from muster.messaging.facts import MESSAGE_FAILED
from muster.messaging.standing import seats_of

# The journal has its facts by kind and time; a million deliveries are never read for it.
MAIL = """
SELECT max(f.at), d.place_id, p.name, d.reason, count(*)
  FROM (SELECT person_id, at FROM journal_fact
         WHERE organisation_id = %(organisation)s AND kind = %(failed)s AND at > %(since)s
           AND about_kind = 'sending' AND about_id = %(sending)s
         ORDER BY at DESC LIMIT %(most)s) AS f
  JOIN messaging_delivery d ON d.month = %(month)s AND d.sending_id = %(sending)s
                           AND d.person_id = f.person_id
  LEFT JOIN places_place p ON p.id = d.place_id
 GROUP BY d.place_id, p.name, d.reason
 ORDER BY 1 DESC LIMIT %(limit)s
"""
# At most one for each open connection, and asked only where the tallies tell of any.
UNSURE = """
SELECT d.ended_at, d.place_id, p.name, d.reason, 1
  FROM messaging_delivery d LEFT JOIN places_place p ON p.id = d.place_id
 WHERE d.month = %(month)s AND d.sending_id = %(sending)s AND d.place_id = ANY(%(unsure)s)
   AND d.state = 5 AND d.ended_at > %(since)s
 ORDER BY d.ended_at DESC LIMIT %(limit)s
"""
PUBLISHED = """
SELECT e.at, pub.place_id, p.name, pub.kind, e.reason
  FROM publishing_publicationevent e
  JOIN publishing_publication pub ON pub.id = e.publication_id
  JOIN places_place p ON p.id = pub.place_id
 WHERE pub.batch_id = %(batch)s AND e.what IN ('failed', 'refused', 'uncertain')
   AND e.at > %(since)s
 ORDER BY e.at DESC LIMIT %(limit)s
"""
HELD = """
SELECT e.at, e.place_id, p.name, e.kind, e.reason
  FROM launches_event e JOIN places_place p ON p.id = e.place_id
 WHERE e.launch_id = %(launch)s AND e.what = 'held' AND e.by_id IS NULL AND e.at > %(since)s
 ORDER BY e.at DESC LIMIT %(limit)s
"""
MOST = 5_000  # deliveries looked at


@dataclass(frozen=True)
class Refusal:
    """One refusal, or `count` alike in one seat."""

    at: datetime
    place_id: int | None
    place_name: str
    kind: str
    words: str
    count: int = 1


def latest(launch: Launch, since: datetime | None = None, limit: int = 50) -> list[Refusal]:
    """The newest refusals after `since` (Go, if not given). Empty before Go."""
    launch = fresh(launch)
    if launch.went_at is None:
        return []
    since = since or launch.went_at - timedelta(seconds=1)
    asked = {"since": since, "limit": limit, "launch": launch.pk, "batch": launch.batch_id}
    found = _mail(launch, asked) + [_one(row) for row in _rows(PUBLISHED, asked)]
    found += [_one(row) for row in _rows(HELD, asked)]
    return sorted(found, key=lambda one: one.at, reverse=True)[:limit]


def _mail(launch: Launch, asked: dict[str, Any]) -> list[Refusal]:
    """Told by the tallies, so that a launch without refusals reads no delivery."""
    sending = launch.sending
    if sending is None:
        return []
    seats = seats_of(sending)
    asked = asked | {
        "month": sending.month,
        "sending": sending.pk,
        "organisation": launch.organisation_id,
        "failed": MESSAGE_FAILED,
        "most": MOST,
        "unsure": [place_id for place_id, seat in seats.items() if seat.uncertain],
    }
    rows = _rows(MAIL, asked) if any(seat.failed for seat in seats.values()) else []
    rows += _rows(UNSURE, asked) if asked["unsure"] else []
    return [Refusal(at, place, name or "", "email", why, n) for at, place, name, why, n in rows]


def _one(row: tuple[Any, ...]) -> Refusal:
    at, place_id, name, kind, words = row
    return Refusal(at, place_id, name, kind, words)


def _rows(statement: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return list(cursor.fetchall())
