"""Keeping what a service told, before it is answered: one statement for all that came at once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from muster.channels.telling import Told
from muster.messaging.masking import masked
from muster.messaging.news import rules

KEEP_SQL = """
INSERT INTO messaging_news (organisation_id, account_id, event, kind, code, address, words, at,
                            heard_at, worked_at)
SELECT %(organisation)s, a.id, r.event, r.kind, r.code, r.address, r.words, r.at, r.heard_at,
       r.worked_at
  FROM jsonb_to_recordset(%(rows)s::jsonb)
       AS r(account bigint, event text, kind text, code text, address text, words text,
            at timestamptz, heard_at timestamptz, worked_at timestamptz)
  JOIN channels_emailaccount a ON a.id = r.account AND a.organisation_id = %(organisation)s
    ON CONFLICT DO NOTHING
RETURNING id
"""

Row = dict[str, Any]


def rows(account_id: int, told: Iterable[Told], *, at: datetime) -> list[Row]:
    """As `KEEP_SQL` takes them. Where nothing is to be done, nobody is named."""
    return [_row(account_id, one, at) for one in told]


def _row(account_id: int, told: Told, at: datetime) -> Row:
    kind = rules.kind_of(told.what.value, told.words, told.is_lasting)
    is_done = kind in rules.CHANGES_NOTHING
    return {
        "account": account_id,
        "event": told.event,
        "kind": kind,
        "code": "" if is_done else told.code,
        "address": "" if is_done else told.address,
        "words": _words(kind, told.words),
        "at": min(told.at or at, at).isoformat(),
        "heard_at": at.isoformat(),
        "worked_at": at.isoformat() if is_done else None,
    }


def _words(kind: str, words: str) -> str:
    if kind == rules.ASKED:
        return words
    return "" if kind in rules.CHANGES_NOTHING else masked(words)
