"""Claiming: what is due at one account, a few at a time, with every stop and hold looked at."""

import json
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from muster.publishing.rules import CREATES, Standing, owed

LEASE = timedelta(seconds=30)
COLUMNS = (
    "id, kind, place_id, reference, headline, words, call, link, alt, pictures, budget, media,"
    " remote_id, doing, attempts, looks, begun_at, may_repeat, staged_at"
)
# Sharing the batch's row: a stop or a release waits for this to be written, and while one of them
# is being written we find nothing. What a claim saw is therefore what stood when it was written.
# It waits for nobody, so acts and claims cannot wait for each other. What calls back goes first.
FIND = f"""
SELECT b.id, b.is_rehearsal, b.released_at IS NOT NULL, b.stopped_at IS NOT NULL,
       p.state, p.review, p.held_at IS NOT NULL, p.is_on, p.in_doubt, p.removed_at IS NOT NULL,
       {", ".join(f"p.{name}" for name in COLUMNS.split(", "))}
  FROM publishing_publication p JOIN publishing_batch b ON b.id = p.batch_id
 WHERE p.account_id = %(account)s AND p.due_at <= %(at)s AND p.lease_until IS NULL
 ORDER BY p.state NOT IN ('live', 'withdrawn'), p.due_at, p.id
 LIMIT %(most)s
   FOR NO KEY UPDATE OF p SKIP LOCKED
   FOR SHARE OF b SKIP LOCKED
"""
REST = "UPDATE publishing_publication SET due_at = NULL WHERE id = ANY(%(ids)s)"
TAKE = """
WITH next AS MATERIALIZED (SELECT nextval('publishing_fence') AS fence)
UPDATE publishing_publication p
   SET fence = next.fence, lease_until = %(until)s, runner = %(runner)s,
       doing = CASE WHEN t.owed IN ('look', 'review') THEN p.doing ELSE t.owed END,
       begun_at = CASE WHEN t.owed IN ('look', 'review') THEN p.begun_at ELSE %(at)s END,
       state = CASE WHEN t.owed = 'go' THEN 'releasing' ELSE p.state END,
       attempts = p.attempts + 1
  FROM unnest(%(ids)s::bigint[], %(owed)s::text[]) AS t(id, owed), next
 WHERE p.id = t.id
RETURNING p.fence
"""
# Whoever held these is gone: of this machine because its lock is ours now, of another because the
# lease lapsed, which is longer than any call.
RECOVER = """
WITH gone AS (
    SELECT id FROM publishing_publication
     WHERE account_id = %(account)s AND lease_until IS NOT NULL
       AND (lease_until < %(at)s OR runner = %(runner)s)
     ORDER BY id FOR NO KEY UPDATE)
UPDATE publishing_publication p
   SET lease_until = NULL, due_at = %(at)s, looks = 0,
       in_doubt = in_doubt OR (remote_id = '' AND (kind, doing) IN {creates})
  FROM gone WHERE p.id = gone.id
RETURNING p.id
""".format(creates="(" + ", ".join(str(pair) for pair in sorted(CREATES)) + ")")
POSTPONE = """
WITH due AS (
    SELECT id FROM publishing_publication
     WHERE account_id = %(account)s AND due_at < %(until)s AND lease_until IS NULL
     ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
UPDATE publishing_publication p SET due_at = %(until)s FROM due WHERE p.id = due.id
"""
NEXT_LOOK = """
SELECT min(coalesce(lease_until, due_at)) FROM publishing_publication
 WHERE account_id = %s AND due_at IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do at the network: all of it plain values, for a thread without a database."""

    id: int
    kind: str
    place_id: int
    reference: str
    headline: str
    words: str
    call: str
    link: str
    alt: str
    pictures: tuple[str, ...]
    budget: int
    media: tuple[str, ...]
    remote_id: str
    was_doing: str
    attempts: int
    looks: int
    begun_at: datetime | None
    may_repeat: bool
    staged_at: datetime | None
    owed: str
    is_rehearsal: bool
    fence: int


def claim(account_id: int, most: int, *, at: datetime) -> list[Task]:
    """Take at most so many of what is due; what owes nothing after all is laid to rest.

    To be called in a transaction; nothing may be asked of the network before it is committed.
    """
    rows = run(FIND, {"account": account_id, "at": at, "most": most})
    judged = [(row, owed(_standing(row))) for row in rows]
    if resting := [row[10] for row, what in judged if not what]:
        run(REST, {"ids": resting})
    taken = [(row, what) for row, what in judged if what]
    if not taken:
        return []
    asked = {
        "ids": [row[10] for row, _ in taken],
        "owed": [what for _, what in taken],
        "until": at + LEASE,
        "at": at,
        "runner": here(),
    }
    fence = run(TAKE, asked)[0][0]
    return [_task(row, what, fence, at) for row, what in taken]


def recover(account_id: int, *, at: datetime) -> int:
    """Take back what a runner now gone had in hand; what it may have made is looked for first."""
    with transaction.atomic():
        return len(run(RECOVER, {"account": account_id, "at": at, "runner": here()}))


def postpone(account_id: int, *, until: datetime) -> None:
    """The service wants to be left in peace until then: whoever comes next knows it too."""
    with transaction.atomic():
        run(POSTPONE, {"account": account_id, "until": until})


def next_look(account_id: int) -> datetime | None:
    """When something of this account is due next."""
    found: datetime | None = run(NEXT_LOOK, [account_id])[0][0]
    return found


def here() -> str:
    """This machine, in this start of it, and where its locks lie."""
    folder = sha256(str(settings.VAR).encode()).hexdigest()[:12]
    return f"{socket.gethostname()[:60]} {_boot()} {folder}"


@cache
def _boot() -> str:
    path = Path("/proc/sys/kernel/random/boot_id")
    return path.read_text().strip() if path.exists() else ""


def _standing(row: tuple[Any, ...]) -> Standing:
    return Standing(
        kind=row[11],
        state=row[4],
        review=row[5],
        is_held=row[6],
        is_on=row[7],
        in_doubt=row[8],
        is_released=row[2],
        is_stopped=row[3],
        is_placed=bool(row[22]),
        is_removed=row[9],
    )


def _task(row: tuple[Any, ...], what: str, fence: int, at: datetime) -> Task:
    id, kind, place, reference, headline, words, call, link, alt, pictures, budget = row[10:21]
    media, remote_id, doing, attempts, looks, begun_at, may_repeat, staged_at = row[21:]
    is_new = what not in ("look", "review")
    return Task(
        id=id,
        kind=kind,
        place_id=place,
        reference=str(reference),
        headline=headline,
        words=words,
        call=call,
        link=link,
        alt=alt,
        pictures=tuple(json.loads(pictures)),
        budget=budget,
        media=tuple(json.loads(media)),
        remote_id=remote_id,
        was_doing=what if is_new else doing,
        attempts=attempts + 1,
        looks=looks,
        begun_at=at if is_new else begun_at,
        may_repeat=may_repeat,
        staged_at=staged_at,
        owed=what,
        is_rehearsal=row[1],
        fence=fence,
    )


def run(statement: str, asked: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return list(cursor.fetchall()) if cursor.description else []
