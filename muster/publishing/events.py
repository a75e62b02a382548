"""What happened to publications, one line each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from muster.organisations.models import Member

TELL = """
INSERT INTO publishing_publicationevent (publication_id, what, reason, at, by_id)
SELECT id, what, left(reason, 300), coalesce(seen, %s), %s
  FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[]) AS t(id, what, reason, seen)
"""


@dataclass(frozen=True, slots=True)
class Event:
    """`what`: staging, staged, review passed, releasing, live, held, let go, paused, running,
    withdrawn, removed, refused, failed, uncertain, unanswered, found, waits, stopped…"""

    publication_id: int
    what: str
    reason: str = ""
    at: datetime | None = None


def tell(events: Iterable[Event], *, at: datetime, by: Member | None = None) -> None:
    """Write them down, inside the transaction that made them happen."""
    told = list(events)
    if not told:
        return
    columns: list[list[Any]] = [
        [e.publication_id for e in told],
        [e.what for e in told],
        [e.reason for e in told],
        [e.at for e in told],
    ]
    with connection.cursor() as cursor:
        cursor.execute(TELL, [at, by.pk if by else None, *columns])
