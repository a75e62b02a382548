"""Trying a seat's post or ad again: one that failed, was refused, or nobody knows of."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from muster.launches import events, permitting, readiness, rechecking
from muster.launches.locking import fresh
from muster.launches.models import Item, Launch
from muster.launches.uploads import KINDS as UPLOADED
from muster.launches.uploads import rows_of
from muster.organisations.models import Member
from muster.places.models import Place
from muster.publishing import retrying as publications

AGAIN = frozenset({"failed", "uncertain"})


class CannotRetry(Exception):
    """Why there is nothing to try again; each argument is one reason."""


def retry(
    launch: Launch,
    place: Place,
    kinds: Collection[str] | None = None,
    *,
    by: Member,
    at: datetime,
) -> int:
    """Try what failed in this seat again. An uncertain one is looked for first: never twice.

    Everything is asked again as at Go. Returns how many go again. Raises `CannotRetry`.
    """
    launch = fresh(launch)
    if refused := permitting.problem_in(by, launch, "hold launches", place.pk, at):
        raise CannotRetry(refused)
    failed = _failed(launch, place, kinds)
    if launch.batch is None or not failed:
        raise CannotRetry(
            "No post or ad of this seat failed. E-mails refused for now go again by themselves."
        )
    found = rechecking.against(launch, at, only=[place.pk], uploads_too=False)
    if words := rechecking.in_words({k: why for k, why in found.items() if k[1] in failed}):
        raise CannotRetry(*words)
    with transaction.atomic():
        for kind in failed:
            publications.retry(launch.batch, place.pk, kind, by=by, at=at)
        told = [(place.pk, kind, "") for kind in failed]
        events.tell_of_items(launch, events.RETRIED, told, at=at, by=by)
    readiness.forget(launch)
    return len(failed)


def _failed(launch: Launch, place: Place, kinds: Collection[str] | None) -> list[str]:
    open_ones = set(
        Item.objects.filter(launch=launch, place=place, withdrawn_at=None).values_list(
            "kind", flat=True
        )
    )
    wanted = open_ones & set(kinds if kinds is not None else UPLOADED)
    rows = rows_of(launch, [place.pk]) if launch.batch_id else []
    return [row["kind"] for row in rows if row["state"] in AGAIN and row["kind"] in wanted]
