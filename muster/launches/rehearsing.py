"""The rehearsal: the whole path, for every seat, into Muster's own sink. Nothing leaves."""

from datetime import datetime

from django.db import transaction

from muster.content.models import Cut
from muster.launches import events, facts, permitting, readiness, uploads
from muster.launches.locking import fresh, locked
from muster.launches.models import Launch
from muster.launches.parts import masters_of
from muster.messaging import rehearsing as messages
from muster.messaging.models import Sending
from muster.organisations.models import Member
from muster.publishing import releasing, staging
from muster.publishing.models import Batch


class CannotRehearse(Exception):
    """Why it cannot be rehearsed; each argument is one reason."""


def rehearse(launch: Launch, *, by: Member, at: datetime, per_seat: int | None = None) -> Sending:
    """Send every e-mail to the sink and every post and ad to where rehearsals go.

    `per_seat` limits the e-mails of each seat. What is not ready is rehearsed as it stands where
    it can be. Raises `CannotRehearse`.
    """
    launch = fresh(launch)
    if reason := permitting.problem(by, launch, "prepare launches", at):
        raise CannotRehearse(reason)
    if launch.went_at:
        raise CannotRehearse("It went out already.")
    wanted = uploads.wanted(launch, launch.places())
    with transaction.atomic():
        launch = locked(launch)
        launch.rehearsal = messages.rehearse(launch.message, by=by, at=at, per_seat=per_seat)
        launch.rehearsal_batch = _released(launch, list(wanted.values()), by, at)
        launch.rehearsed_at = launch.rehearsal.pressed_at  # one under way goes on instead
        launch.save(update_fields=["rehearsal", "rehearsal_batch", "rehearsed_at"])
        events.tell(launch, events.REHEARSED, at=at, by=by, fact=facts.LAUNCH_REHEARSED)
    readiness.forget(launch)
    return launch.rehearsal


def _released(
    launch: Launch, wanted: list[staging.Wanted], by: Member, at: datetime
) -> Batch | None:
    """Posts and ads go the whole way at once: a rehearsal's batch leads to no network."""
    if not wanted:
        return None
    batch = Batch.objects.create(
        organisation=launch.organisation,
        name=f"{launch.name}: rehearsal",
        is_rehearsal=True,
        made_at=at,
    )
    staging.stage(batch, wanted, by=by, at=at)
    return releasing.release(batch, by=by, at=at)


def is_rehearsed(launch: Launch) -> bool:
    """Has it been rehearsed to the end since it was last staged, and since its words changed?"""
    done = launch.rehearsal is not None and launch.rehearsal.finished_at is not None
    if not done or launch.rehearsed_at is None:
        return False
    if launch.staged_at is not None and launch.rehearsed_at < launch.staged_at:
        return False
    masters = masters_of(launch)
    if any(master.changed_at > launch.rehearsed_at for master in masters):
        return False
    return not Cut.objects.filter(master__in=masters, cut_at__gt=launch.rehearsed_at).exists()
