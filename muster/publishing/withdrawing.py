"""Taking posts and ads back: before they are live simply, afterwards as far as can be."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from muster.organisations.models import Member
from muster.publishing.events import Event, tell
from muster.publishing.holding import BOTH
from muster.publishing.models import Batch, Publication
from muster.publishing.waking import wake

State = Publication.State


def withdraw(
    batch: Batch,
    place_ids: Collection[int],
    kinds: Collection[str] = BOTH,
    *,
    by: Member,
    at: datetime,
    reason: str,
) -> int:
    """Withdraw these for good: posts are deleted, ads ended. Returns how many had been live.

    What was live has been seen; taking it down does not undo that.
    """
    with transaction.atomic():
        rows = batch.publications.filter(place_id__in=place_ids, kind__in=kinds)
        rows = rows.exclude(state=State.WITHDRAWN).order_by("pk").select_for_update(no_key=True)
        found = list(rows.values_list("pk", "state", "doing", "account_id"))
        ids = [row[0] for row in found]
        # One nobody knows of is looked for once more: it may be up.
        unsure = [row[0] for row in found if row[1] == State.UNCERTAIN]
        Publication.objects.filter(pk__in=unsure).update(in_doubt=True, looks=0)
        Publication.objects.filter(pk__in=ids).update(
            state=State.WITHDRAWN, reason=reason[:300], due_at=at
        )
        tell((Event(pk, "withdrawn", reason) for pk in ids), at=at, by=by)
        wake(row[3] for row in found)
    return sum(row[1] in (State.LIVE, State.UNCERTAIN) for row in found)
