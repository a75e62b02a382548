"""Reading the journal: what each subscription is to be told of, and nothing passed over.

Written down and read on in one transaction, so a crash tells nothing twice.
"""

from datetime import datetime

from django.db import transaction

from muster.journal import reading
from muster.journal.reading import Told
from muster.places.scope import Reach, narrowed, reach_of
from muster.webhooks.models import Delivery, Subscription

AT_ONCE = 1_000


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
        facts, up_to = reading.read_on(
            subscription.organisation_id,
            subscription.kinds,
            reading.Place(subscription.read_xid, subscription.read_id),
            most=AT_ONCE,
        )
        _write_down(subscription, facts, at)
        subscription.read_xid, subscription.read_id = up_to
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
