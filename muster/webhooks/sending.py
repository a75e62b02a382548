"""Sending webhooks: each at least once, in time three days long, every try kept.

Asked by jobs alone. Who receives one twice knows it by its `webhook-id`, which stays the same.
"""

import time
from datetime import datetime

from django.db import transaction

from muster.channels import webhooks as port
from muster.channels.webhooks import Answered
from muster.lib.times import now
from muster.webhooks import keeping, rules
from muster.webhooks.listening import reach_for
from muster.webhooks.models import Attempt, Delivery, Subscription
from muster.webhooks.payload import body
from muster.webhooks.signatures import signature

AT_ONCE = 200
LONGEST = 30.0  # seconds of one job: others wait for the worker too
GONE = 410


def deliver(subscription_id: int) -> bool:
    """Tell a subscription what is due; True: more is due right now.

    Ends early where several in a row failed: whatever is there is down, and the rest can wait.
    """
    subscription = _open(subscription_id)
    if subscription is None:
        return False
    until, failed = time.monotonic() + LONGEST, 0
    due = subscription.deliveries.waiting().filter(due_at__lte=now()).order_by("due_at", "id")
    page = list(due[:AT_ONCE])
    for delivery in page:
        if _open(subscription_id) is None or time.monotonic() > until:
            return False
        failed = 0 if _tell(delivery, subscription) else failed + 1
        if failed == rules.FAILS_IN_A_ROW:
            return False
    return len(page) == AT_ONCE


def _open(subscription_id: int) -> Subscription | None:
    found = Subscription.objects.open().select_related("organisation", "made_by", "unit")
    return found.filter(pk=subscription_id).first()


def _tell(delivery: Delivery, subscription: Subscription) -> bool:
    at = now()
    said = body(delivery, subscription, reach_for(subscription, at=at))
    if said is None:
        _close(delivery, subscription, at, "It may not be told of this any more.")
        return True
    try:
        answered = port.post(
            subscription.url,
            said,
            headers(delivery, subscription, said, at),
            only_loopback=subscription.organisation.is_demonstration,
        )
    except port.NotAllowed as refusal:
        answered = Answered(None, 0, str(refusal))
    settle(delivery, subscription, answered, at=now())
    return answered.is_taken


def headers(
    delivery: Delivery, subscription: Subscription, said: bytes, at: datetime
) -> dict[str, str]:
    """As Standard Webhooks has them; two signatures while a secret is being changed."""
    id, timestamp = f"msg_{delivery.code.hex}", int(at.timestamp())
    secrets = [subscription.secret]
    if subscription.old_secret and subscription.old_until and at < subscription.old_until:
        secrets.append(subscription.old_secret)
    return {
        "Content-Type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(s, id, timestamp, said) for s in secrets),
    }


def settle(
    delivery: Delivery, subscription: Subscription, answered: Answered, *, at: datetime
) -> None:
    """Keep what came of one try, and what follows from it."""
    with transaction.atomic():
        _keep(delivery, answered, at)
        if answered.is_taken:
            Delivery.objects.filter(pk=delivery.pk).update(delivered_at=at)
            Subscription.objects.filter(pk=subscription.pk).update(failing_since=None)
            return
        _try_again(delivery, answered, at)
        Subscription.objects.filter(pk=subscription.pk, failing_since=None).update(failing_since=at)
        subscription.refresh_from_db(fields=["failing_since"])
        if answered.status == GONE:
            why = "It answered 410: nobody is there any more."
            keeping.pause(subscription, by=None, why=why, at=at)
        elif rules.has_failed_long_enough(subscription.failing_since, at):
            why = "Nothing arrived there for three days."
            keeping.pause(subscription, by=None, why=why, at=at)


def _try_again(delivery: Delivery, answered: Answered, at: datetime) -> None:
    tries = delivery.tries + 1
    again = rules.next_try(delivery.begun_at, tries, at, answered.wait_s)
    ends = {"due_at": again} if again else {"gave_up_at": at}
    Delivery.objects.filter(pk=delivery.pk).update(tries=tries, **ends)


def _keep(delivery: Delivery, answered: Answered, at: datetime) -> None:
    Attempt.objects.create(
        organisation_id=delivery.organisation_id,
        delivery=delivery,
        at=at,
        status=answered.status,
        ms=answered.ms,
        words=answered.words[:200],
    )


def _close(delivery: Delivery, subscription: Subscription, at: datetime, why: str) -> None:
    with transaction.atomic():
        _keep(delivery, Answered(None, 0, why), at)
        Delivery.objects.filter(pk=delivery.pk).update(gave_up_at=at)
