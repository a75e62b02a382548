"""Settling: how calls ended, written down with their events and facts. Twice is once."""

import json
import logging
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from django.db import DataError, IntegrityError, transaction

from muster.channels.models import NetworkAccount
from muster.journal import journal
from muster.publishing import facts
from muster.publishing.calling import Result, not_kept
from muster.publishing.claiming import run
from muster.publishing.ending import Change, Now, after
from muster.publishing.events import Event, tell

log = logging.getLogger(__name__)

# Only the fence it was claimed with settles a row; whoever's claim was taken back changes nothing.
# Acts lock their rows in the same order.
FIND = """
SELECT p.id, p.kind, p.state, p.review, p.reason, p.media, p.remote_id, p.remote_url, p.is_on,
       p.in_doubt, p.looks, p.may_repeat, p.attempts, p.staged_at, p.live_at, p.removed_at
  FROM publishing_publication p
  JOIN unnest(%(ids)s::bigint[], %(fences)s::bigint[]) AS t(id, fence)
    ON p.id = t.id AND p.fence = t.fence
 WHERE p.lease_until IS NOT NULL
 ORDER BY p.id
   FOR NO KEY UPDATE OF p
"""
WRITE = """
UPDATE publishing_publication p
   SET state = n.state, review = n.review, reason = left(n.reason, 300), media = n.media,
       remote_id = n.remote_id, remote_url = n.remote_url, is_on = n.is_on,
       in_doubt = n.in_doubt, looks = n.looks, may_repeat = n.may_repeat, attempts = n.attempts,
       staged_at = n.staged_at, live_at = n.live_at, removed_at = n.removed_at,
       due_at = n.due_at, lease_until = NULL
  FROM jsonb_to_recordset(%s::jsonb) AS n(
       id bigint, state text, review text, reason text, media jsonb, remote_id text,
       remote_url text, is_on boolean, in_doubt boolean, looks smallint, may_repeat boolean,
       attempts integer, staged_at timestamptz, live_at timestamptz, removed_at timestamptz,
       due_at timestamptz)
 WHERE p.id = n.id
"""
WRITTEN = [field.name for field in fields(Now)]
READ = [name for name in WRITTEN if name != "due_at"]  # in the order of FIND
TOLD = {
    ("post", "live"): facts.POST_LIVE,
    ("ad", "live"): facts.AD_LIVE,
    ("post", "removed"): facts.POST_REMOVED,
    ("ad", "removed"): facts.AD_REMOVED,
}

ODD = (DataError, IntegrityError, ArithmeticError, LookupError, TypeError, ValueError)
"""What an answer nobody thought of may bring about. A database away is not among them."""


def settle(account: NetworkAccount, results: Sequence[Result]) -> None:
    """Write down how these calls ended, inside whatever transaction is open.

    One that cannot be written counts as unanswered; the others stand.
    """
    if not results:
        return
    try:
        with transaction.atomic():
            _write(account, results)
    except ODD:
        log.exception("What the network behind account %s answered cannot be kept.", account.pk)
        if len(results) > 1:
            for result in results:
                settle(account, [result])
            return
        _write(account, [not_kept(results[0])])


def _write(account: NetworkAccount, results: Sequence[Result]) -> None:
    asked = {"ids": [r.task.id for r in results], "fences": [r.task.fence for r in results]}
    standing = {row[0]: _now(row) for row in run(FIND, asked)}
    changes = [
        (result, after(standing[result.task.id], result))
        for result in results
        if result.task.id in standing
    ]
    run(WRITE, [json.dumps([_plain(c.now) for _, c in changes], default=_iso)])
    told = [Event(c.now.id, c.what, c.reason, r.at) for r, c in changes if c.what]
    tell(told, at=results[0].at)
    _tell(account, changes)


def _now(row: tuple[Any, ...]) -> Now:
    found = dict(zip(READ, row, strict=True))
    return Now(**found | {"media": json.loads(found["media"])})


def _plain(now: Now) -> dict[str, Any]:
    """Quicker than `asdict`, which copies deeply."""
    return {name: getattr(now, name) for name in WRITTEN}


def _iso(value: object) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()


def _tell(account: NetworkAccount, changes: Sequence[tuple[Result, Change]]) -> None:
    """What happened in earnest goes into the journal."""
    entries = [
        journal.Entry(
            organisation_id=account.organisation_id,
            kind=TOLD[result.task.kind, change.what],
            at=result.at,
            place_id=result.task.place_id,
            about_kind="publication",
            about_id=change.now.id,
        )
        for result, change in changes
        if (result.task.kind, change.what) in TOLD and not result.task.is_rehearsal
    ]
    if entries:
        journal.record_many(entries)
