"""Telling again: one webhook, or everything of a span of time."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from muster.organisations import auditing
from muster.organisations.models import Member
from muster.webhooks.listening import may_hear, reach_for
from muster.webhooks.models import Delivery, Subscription

MOST = 50_000
SPAN = """
SELECT id, kind, at, person_id, place_id FROM journal_fact
 WHERE organisation_id = %(organisation)s AND kind = ANY(%(kinds)s)
   AND at >= %(since)s AND at < %(until)s
 ORDER BY at, id LIMIT %(most)s
"""


class CannotReplay(Exception):
    """Why it cannot be told again."""


def replay(delivery: Delivery, *, at: datetime) -> None:
    """Tell it again now, with tries for three days from now; its `webhook-id` stays."""
    fresh = {"due_at": at, "begun_at": at, "tries": 0, "delivered_at": None, "gave_up_at": None}
    Delivery.objects.filter(pk=delivery.pk).update(**fresh)


def replay_span(
    subscription: Subscription, *, since: datetime, until: datetime, by: Member, at: datetime
) -> int:
    """Tell again everything it may hear of between two instants; how many that is.

    Also what happened before it was made, or while it had ended its tries. Raises `CannotReplay`.
    """
    if since >= until:
        raise CannotReplay("The span ends before it begins.")
    asked: dict[str, Any] = {
        "organisation": subscription.organisation_id,
        "kinds": subscription.kinds,
        "since": since,
        "until": min(until, at),
        "most": MOST + 1,
    }
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(SPAN, asked)
            rows = cursor.fetchall()
        if len(rows) > MOST:
            raise CannotReplay(f"More than {MOST:,} happened then: take a shorter span.")
        reach = reach_for(subscription, at=at)
        told = [row for row in rows if may_hear(reach, row[3], row[4])]
        _tell_again(subscription, told, at)
        auditing.note(
            "webhook replayed",
            subscription.organisation,
            by=by,
            at=at,
            about=("webhook", subscription.pk),
            since=since.isoformat(),
            until=until.isoformat(),
            number=len(told),
        )
    return len(told)


def _tell_again(subscription: Subscription, rows: list[Any], at: datetime) -> None:
    Delivery.objects.bulk_create(
        [
            Delivery(
                organisation_id=subscription.organisation_id,
                subscription=subscription,
                fact_id=id,
                fact_at=fact_at,
                kind=kind,
                begun_at=at,
                due_at=at,
            )
            for id, kind, fact_at, _, _ in rows
        ],
        batch_size=2_000,
        update_conflicts=True,
        unique_fields=["subscription", "fact_id"],
        update_fields=["begun_at", "due_at", "tries", "delivered_at", "gave_up_at"],
    )
