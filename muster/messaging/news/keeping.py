"""Keeping what a service told, before it is answered: one statement for all that came at once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from muster.channels.telling import Told
from muster.messaging.masking import masked
from muster.messaging.news import rules
from muster.messaging.unsubscribing import BadToken, ids_in

KEEP_SQL = """
WITH told AS (
    SELECT r.*, row_number() OVER (PARTITION BY r.account, r.event) AS again
      FROM jsonb_to_recordset(%(rows)s::jsonb)
           AS r(account bigint, event text, kind text, code text, address text, words text,
                at timestamptz, heard_at timestamptz, worked_at timestamptz, sending bigint)
      JOIN channels_emailaccount a ON a.id = r.account AND a.organisation_id = %(organisation)s),
kept AS (
    INSERT INTO messaging_news (organisation_id, account_id, event, kind, code, address, words, at,
                                heard_at, worked_at)
    SELECT %(organisation)s, account, event, kind, code, address, words, at, heard_at, worked_at
      FROM told WHERE again = 1
        ON CONFLICT DO NOTHING
 RETURNING account_id, event),
counted AS (
    INSERT INTO messaging_toldtally AS t (sending_id, kind, times)
    SELECT told.sending, told.kind, count(*)
      FROM kept
      JOIN told ON told.account = kept.account_id AND told.event = kept.event AND told.again = 1
      JOIN messaging_sending s ON s.id = told.sending AND s.organisation_id = %(organisation)s
     GROUP BY told.sending, told.kind
        ON CONFLICT (sending_id, kind) DO UPDATE SET times = t.times + excluded.times)
SELECT count(*) FROM kept
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
        "sending": _sending_of(told.code),
    }


def _sending_of(code: str) -> int | None:
    """Of which sending it tells. The code is sealed: nobody else can name one."""
    try:
        return ids_in(code)[0]
    except BadToken:
        return None


def _words(kind: str, words: str) -> str:
    if kind == rules.ASKED:
        return words
    return "" if kind in rules.CHANGES_NOTHING else masked(words)
