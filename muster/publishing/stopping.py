"""Stopping a whole batch, within a call, and letting it go on."""

from datetime import datetime

from django.db import transaction

from muster.organisations.models import Member
from muster.publishing.events import Event, tell
from muster.publishing.models import Batch, Publication
from muster.publishing.waking import wake


def stop(batch: Batch, *, by: Member, at: datetime) -> Batch:
    """Nothing more is posted or switched on, and running ads are paused: they spend.

    Posts that are out stay out. Claims wait for this to be written, and see it.
    """
    with transaction.atomic():
        batch = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
        if batch.stopped_at:
            return batch
        batch.stopped_at, batch.stopped_by = at, by
        batch.save(update_fields=["stopped_at", "stopped_by"])
        _told(batch, "stopped", by, at)
    return batch


def go_on(batch: Batch, *, by: Member, at: datetime) -> Batch:
    """Let a stopped batch go on where it was."""
    with transaction.atomic():
        batch = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
        if not batch.stopped_at:
            return batch
        batch.stopped_at, batch.stopped_by = None, None
        batch.save(update_fields=["stopped_at", "stopped_by"])
        _told(batch, "went on", by, at)
    return batch


def _told(batch: Batch, what: str, by: Member, at: datetime) -> None:
    rows = batch.publications.exclude(state=Publication.State.WITHDRAWN).order_by("pk")
    found = list(rows.select_for_update(no_key=True).values_list("pk", "account_id"))
    Publication.objects.filter(pk__in=[pk for pk, _ in found]).update(due_at=at)
    tell((Event(pk, what) for pk, _ in found), at=at, by=by)
    wake(account for _, account in found)
