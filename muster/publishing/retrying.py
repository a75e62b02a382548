"""Trying one post or ad again that failed, was refused, or of which nobody knows."""

from datetime import datetime

from django.db import transaction

from muster.organisations.models import Member
from muster.publishing.events import Event, tell
from muster.publishing.models import Batch, Publication
from muster.publishing.waking import wake

State = Publication.State


class CannotRetry(Exception):
    """Why there is nothing to try again."""


def retry(
    batch: Batch, place_id: int, kind: str, *, by: Member | None, at: datetime
) -> Publication:
    """Try it again: one refused is submitted again; one uncertain is looked for first.

    An uncertain one keeps its reference; only when the network does not have it is it made again.
    Raises `CannotRetry` unless it failed or is uncertain.
    """
    with transaction.atomic():
        rows = batch.publications.filter(place_id=place_id, kind=kind)
        row = rows.exclude(state=State.WITHDRAWN).select_for_update(no_key=True).first()
        if row is None or row.state not in (State.FAILED, State.UNCERTAIN):
            raise CannotRetry("It neither failed nor is it uncertain.")
        was_uncertain = row.state == State.UNCERTAIN
        row.in_doubt = row.may_repeat = was_uncertain
        row.state = _where_it_goes_on(row, is_released=bool(batch.released_at))
        row.looks = row.attempts = 0
        row.reason, row.due_at = "", at
        row.save()
        tell([Event(row.pk, "retried")], at=at, by=by)
        wake([row.account_id])
    return row


def _where_it_goes_on(row: Publication, *, is_released: bool) -> str:
    if row.staged_at is None or row.review == Publication.Review.REFUSED:
        return State.STAGING
    return State.RELEASING if is_released or row.doing == "go" else State.STAGED
