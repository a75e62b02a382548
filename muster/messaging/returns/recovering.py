"""Addresses that are good again: a message arrived there, or the person gave it anew."""

from datetime import datetime
from typing import Any

from django.db import connection

from muster.lib.bounces import Kind
from muster.messaging.returns.effects import NO_NEWS

# Only what we called dead ourselves: an import may know better than a consent.
GIVEN_ANEW = """
UPDATE people_contactpoint point SET state = 'good'
 WHERE point.organisation_id = %(organisation)s AND point.state = 'dead'
   AND EXISTS (SELECT FROM messaging_return r JOIN people_consentevent c
                        ON c.person_id = point.person_id AND c.channel = 'email' AND c.is_given
                       AND c.at > r.at
                WHERE r.point_id = point.id AND r.kind = %(hard)s
                  AND NOT EXISTS (SELECT FROM messaging_return later
                                   WHERE later.point_id = point.id AND later.kind = %(hard)s
                                     AND later.at > r.at))
"""
ARRIVED = """
UPDATE people_contactpoint point SET state = 'good'
  FROM messaging_rest rest
 WHERE point.organisation_id = %(organisation)s AND point.state = 'bouncing'
   AND rest.point_id = point.id AND rest.until < %(since)s
   AND NOT EXISTS (SELECT FROM messaging_rest later
                    WHERE later.point_id = point.id AND later.until > rest.until)
   AND NOT EXISTS (SELECT FROM messaging_return r
                    WHERE r.point_id = point.id AND r.at > rest.until)
   AND EXISTS (SELECT FROM journal_fact f
                WHERE f.organisation_id = %(organisation)s AND f.person_id = point.person_id
                  AND f.kind = 'message delivered' AND f.at > rest.until AND f.at < %(since)s)
"""


def recover(organisation_id: int, at: datetime) -> None:
    """Good again. Twice is once."""
    asked: dict[str, Any] = {
        "organisation": organisation_id,
        "hard": Kind.HARD.value,
        "since": at - NO_NEWS,
    }
    with connection.cursor() as cursor:
        cursor.execute(GIVEN_ANEW, asked)
        cursor.execute(ARRIVED, asked)
