"""Finding who refuses an account, in what came back of late; nothing is kept for it."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from muster.channels.models import EmailAccount
from muster.messaging.blocking.rules import Refusal, called, those_who_block
from muster.messaging.bounce_rules import FEWEST_BLOCKED, is_blocked

OF_LATE = timedelta(days=1)
FRESH = 15.0  # seconds that a sender keeps what it found

REFUSED = """
SELECT lower(split_part(c.value, '@', 2)), count(DISTINCT r.person_id)::integer, max(r.at),
       (array_agg(r.words ORDER BY r.at DESC))[1], array_agg(DISTINCT r.sending_id)
  FROM messaging_return r
  JOIN messaging_sending s ON s.id = r.sending_id
  JOIN messaging_message m ON m.id = s.message_id
  LEFT JOIN people_contactpoint c ON c.id = r.point_id
 WHERE r.organisation_id = %(organisation)s AND r.kind = 'blocked' AND r.at > %(since)s
   AND m.account_id = %(account)s
 GROUP BY 1
"""
HANDED_OVER = """
SELECT coalesce(sum(t.delivered + t.failed), 0)::integer
  FROM messaging_sending s
  JOIN messaging_message m ON m.id = s.message_id
  JOIN messaging_seattally t ON t.sending_id = s.id
 WHERE s.organisation_id = %(organisation)s AND m.account_id = %(account)s AND NOT s.is_rehearsal
   AND (s.finished_at IS NULL OR s.finished_at > %(since)s)
"""
# Which part of them has an address there, by a few thousand of them.
SHARES = """
SELECT lower(split_part(c.value, '@', 2)), count(*)::float8 / sum(count(*)) OVER ()
  FROM (SELECT d.person_id
          FROM messaging_sending s
          JOIN messaging_delivery d ON d.month = s.month AND d.sending_id = s.id
         WHERE s.id = ANY(%(sendings)s) AND d.state IN (2, 3) LIMIT 4000) few
  JOIN people_contactpoint c ON c.person_id = few.person_id AND c.kind = 'email'
 GROUP BY 1
"""


def refusals_of(account: EmailAccount, at: datetime) -> list[Refusal]:
    """The receiving sides that refuse it now, the worst first; empty: none that matters."""
    return those_who_block(_refusals(account, at)[0])


def is_refused(account: EmailAccount, at: datetime) -> bool:
    """Is it refused so often, by all of them together, that another should stand in?"""
    refusals, handed_over = _refusals(account, at)
    return is_blocked(sum(one.people for one in refusals), handed_over)


def refused_accounts(accounts: Iterable[EmailAccount], at: datetime) -> list[EmailAccount]:
    """Those of them that somebody must see to."""
    return [one for one in accounts if one.is_on and refusals_of(one, at)]


def _refusals(account: EmailAccount, at: datetime) -> tuple[list[Refusal], int]:
    """Each receiving side with a refusal, and how many were handed over in all."""
    asked: dict[str, Any] = {
        "organisation": account.organisation_id,
        "account": account.pk,
        "since": at - OF_LATE,
    }
    with connection.cursor() as cursor:
        cursor.execute(REFUSED, asked)
        rows = cursor.fetchall()
        if sum(row[1] for row in rows) < FEWEST_BLOCKED:
            return [], 0
        cursor.execute(HANDED_OVER, asked)
        handed_over = int(cursor.fetchone()[0])
        cursor.execute(SHARES, {"sendings": sorted({n for row in rows for n in row[4]})})
        shares: dict[str, float] = defaultdict(float)
        for domain, share in cursor.fetchall():
            shares[called(domain)] += share
    return _by_name(rows, shares, handed_over), handed_over


def _by_name(
    rows: list[tuple[Any, ...]], shares: dict[str, float], handed_over: int
) -> list[Refusal]:
    by_name: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        by_name[called(row[0] or "")].append(row)
    found = []
    for whom, theirs in by_name.items():
        last = max(theirs, key=lambda row: row[2])
        people = sum(row[1] for row in theirs)
        theirs_in_all = max(people, round(shares[whom] * handed_over))
        found.append(Refusal(whom, people, theirs_in_all, last[3], last[2]))
    return found


_kept: dict[int, tuple[float, bool]] = {}
_guard = threading.Lock()


def is_known_as_refused(account: EmailAccount, at: datetime) -> bool:
    """The same for a sender, who asks at every job: looked up every few seconds."""
    with _guard:
        until, found = _kept.get(account.pk, (0.0, False))
        if time.monotonic() < until:
            return found
        found = is_refused(account, at)
        _kept[account.pk] = (time.monotonic() + FRESH, found)
        return found


def forget() -> None:
    """Look again at once."""
    with _guard:
        _kept.clear()
