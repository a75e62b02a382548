"""Reading the journal: what each subscription is to be told of, and nothing passed over.

Facts are read in the order of their transactions, below the oldest one still running: a slow
commit, or a row written by the public app, comes later but comes. Written down and read on in one
transaction, so a crash tells nothing twice.
"""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from muster.places.scope import Reach, narrowed, reach_of
from muster.webhooks.models import Delivery, Subscription

AT_ONCE = 1_000
BELOW = """
SELECT xid::text::bigint, id, kind, at, person_id, place_id FROM journal_fact
 WHERE organisation_id = %(organisation)s AND kind = ANY(%(kinds)s)
   AND (xid, id) > (%(xid)s::text::xid8, %(id)s) AND xid < %(below)s::text::xid8
 ORDER BY xid, id LIMIT %(most)s
"""


class Told(NamedTuple):
    """A fact as a subscription may hear of it."""

    xid: int
    id: int
    kind: str
    at: datetime
    person_id: int | None
    place_id: int | None


def listen(subscription_id: int, *, at: datetime) -> int:
    """Write down what a subscription is to be told, some facts at a time; how many were read.

    Another that listens for it at the same moment leaves it be.
    """
    with transaction.atomic():
        held = Subscription.objects.open().select_for_update(skip_locked=True, of=("self",))
        found = held.select_related("organisation", "made_by", "unit").filter(pk=subscription_id)
        subscription = found.first()
        if subscription is None:
            return 0
        below = _oldest_running()
        facts = _read(subscription, below)
        _write_down(subscription, facts, at)
        subscription.read_xid, subscription.read_id = _read_up_to(facts, below)
        subscription.save(update_fields=["read_xid", "read_id"])
    return len(facts)


def reach_for(subscription: Subscription, *, at: datetime) -> Reach:
    """Whose facts it may hear of: never more than whoever made it may see now."""
    if subscription.made_by.ended_at:
        return Reach()
    mine = reach_of(subscription.made_by, at=at)
    return narrowed(mine, {"see people"}, subscription.unit)


def may_hear(reach: Reach, person_id: int | None, place_id: int | None) -> bool:
    """A fact of a place is for those who see its people; one of none, for head office."""
    return reach.may_in("see people", place_id)


def _oldest_running() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def _read(subscription: Subscription, below: int) -> list[Told]:
    asked: dict[str, Any] = {
        "organisation": subscription.organisation_id,
        "kinds": subscription.kinds,
        # A dump restored elsewhere counts its transactions anew, from below where we were.
        "xid": min(subscription.read_xid, below),
        "id": subscription.read_id if subscription.read_xid <= below else 0,
        "below": below,
        "most": AT_ONCE,
    }
    with connection.cursor() as cursor:
        cursor.execute(BELOW, asked)
        return [Told(*row) for row in cursor.fetchall()]


def _read_up_to(facts: list[Told], below: int) -> tuple[int, int]:
    """Where to go on: after the last fact, or at the oldest transaction if there were no more."""
    return (facts[-1].xid, facts[-1].id) if len(facts) == AT_ONCE else (below, 0)


def _write_down(subscription: Subscription, facts: list[Told], at: datetime) -> None:
    reach = reach_for(subscription, at=at)
    Delivery.objects.bulk_create(
        [
            Delivery(
                organisation_id=subscription.organisation_id,
                subscription=subscription,
                fact_id=fact.id,
                fact_at=fact.at,
                kind=fact.kind,
                begun_at=at,
                due_at=at,
            )
            for fact in facts
            if may_hear(reach, fact.person_id, fact.place_id)
        ],
        ignore_conflicts=True,
    )
