"""The release: everything staged in one batch goes, once each."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from muster.organisations.models import Member
from muster.publishing.events import Event, tell
from muster.publishing.models import Batch, Publication
from muster.publishing.waking import wake

State = Publication.State


def release(batch: Batch, *, by: Member, at: datetime) -> Batch:
    """Let all of it go. Releasing twice is releasing once.

    What is held stays until it is let go; what is staged, or passes its review, afterwards goes
    by itself.
    """
    with transaction.atomic():
        batch = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
        if batch.released_at:
            return batch
        batch.released_at, batch.released_by = at, by
        batch.save(update_fields=["released_at", "released_by"])
        rows = batch.publications.filter(state=State.STAGED).order_by("pk")
        going = rows.filter(~Q(kind="ad") | Q(review="passed")).select_for_update(no_key=True)
        ids = list(going.values_list("pk", flat=True))
        Publication.objects.filter(pk__in=ids).update(state=State.RELEASING, due_at=at, attempts=0)
        tell((Event(pk, "releasing") for pk in ids), at=at, by=by)
        wake(batch.publications.values_list("account_id", flat=True).distinct())
    return batch
