"""Waking whoever hands over: one job an account, queued in the transaction that gives it work."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from functools import cache

from django.db import transaction
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued

from muster.publishing.models import Publication

QUEUE = "publishing"
HAND_OVER = "publishing.hand_over"
FIRST = 10  # before whatever else that queue holds


@cache
def queue() -> App:
    """The jobs, queued over Django's own connection: a rolled-back act queues nothing."""
    here: App = app.with_connector(DjangoConnector())
    return here


def wake(accounts: Iterable[int]) -> None:
    """Have these accounts worked at as soon as this transaction is through.

    A job each time: one queued before might begin, and find nothing, before we commit.
    """
    for account in sorted(set(accounts)):
        queue().configure_task(HAND_OVER, queue=QUEUE, priority=FIRST).defer(account=account)


def wake_later(account: int, at: datetime | None = None) -> None:
    """Have this account looked at (again), once, however many ask for it."""
    lock = f"hand over {account}{'' if at is None else ' later'}"
    job = queue().configure_task(HAND_OVER, queue=QUEUE, queueing_lock=lock, schedule_at=at)
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(account=account)


def wake_overdue(at: datetime) -> None:
    """Have every account looked at where something is overdue: its worker may be gone."""
    overdue = Publication.objects.filter(due_at__lt=at)
    for account in overdue.values_list("account_id", flat=True).distinct():
        wake_later(account)
