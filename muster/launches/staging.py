"""Staging: posts and ads are uploaded, switched off, so that Go has only to let them go."""

from datetime import datetime

from django.db import transaction

from muster.launches import drafting, events, facts, permitting, readiness, rules, uploads
from muster.launches.locking import locked
from muster.launches.looking import Look, look
from muster.launches.models import Launch
from muster.organisations.models import Member
from muster.publishing import staging as publishing
from muster.publishing.models import Batch


class CannotStage(Exception):
    """Why it cannot be staged; each argument is one reason."""


def stage(launch: Launch, *, by: Member, at: datetime) -> Launch:
    """Upload every post and ad whose words and picture are ready and approved; only what changed.

    Seats that are not ready are left out and stay in the readiness list; staging again takes them
    along. Twice is once. Raises `CannotStage`.
    """
    drafting.renew(launch, at)
    seen = look(launch, at)
    ready = _ready(seen)
    if reasons := _reasons_against(seen, ready, by):
        raise CannotStage(*reasons)
    with transaction.atomic():
        launch = locked(launch)
        if launch.sealed_at or launch.went_at:
            raise CannotStage("It is armed: disarm it first.")
        if launch.batch is None and ready:
            launch.batch = Batch.objects.create(
                organisation=launch.organisation, name=launch.name, made_at=at
            )
        if launch.batch is not None and ready:
            publishing.stage(launch.batch, list(ready.values()), by=by, at=at)
        launch.staged_at, launch.staged_by = at, by
        launch.save(update_fields=["batch", "staged_at", "staged_by"])
        events.tell(launch, events.STAGED, at=at, by=by, fact=facts.LAUNCH_STAGED)
    readiness.forget(launch)
    return launch


def _ready(seen: Look) -> dict[tuple[int, str], publishing.Wanted]:
    """What may be uploaded: nothing wrong with it but that it is not there yet."""
    wanted = uploads.wanted(seen.launch, seen.places)
    return {key: one for key, one in wanted.items() if not _content_problems(seen, *key)}


def _content_problems(seen: Look, place_id: int, kind: str) -> list[str]:
    item = seen.items.get((place_id, kind))
    if item is None or item.withdrawn_at:
        return [rules.NO_CUT]
    brief = seen.brief(place_id, kind, sealed=None)
    return rules.problems_of_content(brief)


def _reasons_against(
    seen: Look, ready: dict[tuple[int, str], publishing.Wanted], by: Member
) -> list[str]:
    reason = permitting.problem(by, seen.launch, "prepare launches", seen.at)
    reasons = [reason] if reason else []
    uploading = [kind for kind in uploads.KINDS if kind in seen.launch.kinds]
    if uploading and not ready:
        reasons.append("No post or ad is ready: have them drawn and approved first.")
    return reasons
