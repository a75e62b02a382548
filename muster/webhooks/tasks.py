"""The room's jobs: listening every few seconds, telling what is due, tidying by night."""

from contextlib import suppress
from datetime import timedelta
from functools import cache

from django.db import close_old_connections
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued

from muster.lib.times import now
from muster.organisations.scoping import acting_for, acting_for_owner
from muster.webhooks import sending
from muster.webhooks.listening import AT_ONCE, listen
from muster.webhooks.models import Delivery, Subscription

QUEUE = "webhooks"
KEPT_FOR = timedelta(days=30)


@app.periodic(cron="* * * * * */5")
@app.task(queue=QUEUE, name="webhooks.listen", queueing_lock="webhooks_listen", pass_context=False)
def listen_for_all(timestamp: int) -> None:
    """Read the journal for every open subscription, and have told what is due."""
    close_old_connections()
    for subscription_id in Subscription.objects.open().values_list("pk", flat=True):
        with acting_for_owner(Subscription, subscription_id):
            while listen(subscription_id, at=now()) == AT_ONCE:
                pass
            waiting = Delivery.objects.waiting().filter(subscription_id=subscription_id)
            is_due = waiting.filter(due_at__lte=now()).exists()
        if is_due:
            _queue(subscription_id)


@app.task(queue=QUEUE, name="webhooks.deliver")
def deliver(*, subscription: int) -> None:
    """Tell one subscription what is due. Its own lock: it holds up nobody else's."""
    close_old_connections()
    with acting_for_owner(Subscription, subscription):
        is_more = sending.deliver(subscription)
    if is_more:
        _queue(subscription)


@app.periodic(cron="41 3 * * *")
@app.task(queue="clock", name="webhooks.tidy", queueing_lock="webhooks_tidy", pass_context=False)
def tidy(timestamp: int) -> None:
    """Forget what was settled a month ago."""
    close_old_connections()
    long_ago = now() - KEPT_FOR
    for organisation in Subscription.objects.values_list("organisation_id", flat=True).distinct():
        with acting_for(organisation):
            for ended in ("delivered_at", "gave_up_at"):
                Delivery.objects.filter(**{f"{ended}__lt": long_ago}).delete()


def _queue(subscription_id: int) -> None:
    name = f"webhook {subscription_id}"
    job = _jobs().configure_task("webhooks.deliver", queue=QUEUE, lock=name, queueing_lock=name)
    with suppress(AlreadyEnqueued):
        job.defer(subscription=subscription_id)


@cache
def _jobs() -> App:
    """Queued over Django's own connection, also from inside a job."""
    here: App = app.with_connector(DjangoConnector())
    return here
