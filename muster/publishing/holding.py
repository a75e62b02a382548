"""Holding some seats back, and letting them go."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from muster.organisations.models import Member
from muster.publishing.events import Event, tell
from muster.publishing.models import Batch, Publication
from muster.publishing.waking import wake

BOTH = ("post", "ad")


def hold(
    batch: Batch,
    place_ids: Collection[int],
    kinds: Collection[str] = BOTH,
    *,
    by: Member | None,
    at: datetime,
    reason: str,
) -> int:
    """Keep these from going out; a live ad is paused. Returns how many live posts cannot be.

    Holding twice is holding once: the first reason stays.
    """
    with transaction.atomic():
        rows = _rows(batch, place_ids, kinds).filter(held_at=None)
        found = list(rows.values_list("pk", "kind", "state", "account_id"))
        Publication.objects.filter(pk__in=[row[0] for row in found]).update(
            held_at=at, held_by=by, held_reason=reason[:300], due_at=at
        )
        tell((Event(row[0], "held", reason) for row in found), at=at, by=by)
        wake(row[3] for row in found)
    return sum(kind == "post" and state == "live" for _, kind, state, _ in found)


def let_go(
    batch: Batch,
    place_ids: Collection[int],
    kinds: Collection[str] = BOTH,
    *,
    by: Member | None,
    at: datetime,
) -> int:
    """Release a hold: what was to go, goes; a paused ad runs again. Returns how many."""
    with transaction.atomic():
        rows = _rows(batch, place_ids, kinds).filter(held_at__isnull=False)
        found = list(rows.values_list("pk", "account_id"))
        Publication.objects.filter(pk__in=[pk for pk, _ in found]).update(
            held_at=None, held_by=None, held_reason="", due_at=at
        )
        tell((Event(pk, "let go") for pk, _ in found), at=at, by=by)
        wake(account for _, account in found)
    return len(found)


def _rows(batch: Batch, place_ids: Collection[int], kinds: Collection[str]):  # type: ignore[no-untyped-def]
    rows = batch.publications.filter(place_id__in=place_ids, kind__in=kinds)
    open_ones = rows.exclude(state=Publication.State.WITHDRAWN)
    return open_ones.order_by("pk").select_for_update(no_key=True)
