"""Reading the journal on from where somebody was, with nothing passed over.

Facts are read in the order of their transactions, below the oldest one still running: a slow
commit, or a row written by the public app, comes later but comes.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

BELOW = """
SELECT xid::text::bigint, id, kind, at, person_id, place_id, about_kind, about_id FROM journal_fact
 WHERE organisation_id = %(organisation)s AND kind = ANY(%(kinds)s)
   AND (xid, id) > (%(xid)s::text::xid8, %(id)s) AND xid < %(below)s::text::xid8
 ORDER BY xid, id LIMIT %(most)s
"""


class Told(NamedTuple):
    """A fact as a listener hears of it: codes only."""

    xid: int
    id: int
    kind: str
    at: datetime
    person_id: int | None
    place_id: int | None
    about_kind: str
    about_id: int | None


class Place(NamedTuple):
    """How far somebody has read: up to this fact of this transaction."""

    xid: int
    id: int = 0


def here() -> Place:
    """The transaction under way: facts of later ones come after it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        return Place(int(cursor.fetchone()[0]))


def read_on(
    organisation_id: int, kinds: Collection[str], since: Place, *, most: int
) -> tuple[list[Told], Place]:
    """The next facts of these kinds, and how far that is: keep it with what was made of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        below = int(cursor.fetchone()[0])
        asked: dict[str, Any] = {
            "organisation": organisation_id,
            "kinds": list(kinds),
            # A dump restored elsewhere counts its transactions anew, from below where we were.
            "xid": min(since.xid, below),
            "id": since.id if since.xid <= below else 0,
            "below": below,
            "most": most,
        }
        cursor.execute(BELOW, asked)
        found = [Told(*row) for row in cursor.fetchall()]
    if len(found) == most:
        return found, Place(found[-1].xid, found[-1].id)
    return found, Place(below)
