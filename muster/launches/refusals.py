"""What was refused, newest first: by a mail server, by a platform, by the law, or held at Go."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from muster.launches.locking import fresh
from muster.launches.models import Launch
from muster.messaging.models import Delivery, Sending
from muster.messaging.standing import seats_of

FAILED, UNCERTAIN = Delivery.State.FAILED, Delivery.State.UNCERTAIN
# The newest few thousand ends are read by time, never all of a million.
MAIL = """
SELECT max(d.ended_at), d.place_id, p.name, d.reason, count(*)
  FROM (SELECT ended_at, place_id, reason FROM messaging_delivery
         WHERE month = %(month)s AND sending_id = %(sending)s AND state = ANY(%(states)s)
           AND ended_at > %(since)s
         LIMIT %(most)s) AS d
  LEFT JOIN places_place p ON p.id = d.place_id
 GROUP BY d.place_id, p.name, d.reason
 ORDER BY 1 DESC LIMIT %(limit)s
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
    sending = launch.sending
    if sending is None or not _has_any(sending):
        return []
    more = {
        "month": sending.month,
        "sending": sending.pk,
        "states": [int(FAILED), int(UNCERTAIN)],
        "most": MOST,
    }
    return [
        Refusal(at, place_id, name or "", "email", words, count)
        for at, place_id, name, words, count in _rows(MAIL, asked | more)
    ]


def _has_any(sending: Sending) -> bool:
    """Told by the tallies, so that a launch without refusals reads no delivery."""
    return any(seat.failed or seat.uncertain for seat in seats_of(sending).values())


def _one(row: tuple[Any, ...]) -> Refusal:
    at, place_id, name, kind, words = row
    return Refusal(at, place_id, name, kind, words)


def _rows(statement: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return list(cursor.fetchall())
