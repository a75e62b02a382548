"""Stop all: nothing more goes out anywhere, within a second; and going on."""

from datetime import datetime

from django.db import transaction

from muster.launches import events, facts, holding, overall, permitting, readiness, rechecking
from muster.launches.locking import fresh, locked
from muster.launches.models import Item, Launch
from muster.launches.uploads import rows_of
from muster.messaging import pressing
from muster.organisations.models import Member
from muster.publishing import stopping as publications

MAY_STOP = ("hold launches", "arm launches")  # whoever may press Go may stop it
OUT = frozenset({"live", "uncertain"})


class CannotStop(Exception):
    """Why they may not stop it."""


class CannotGoOn(Exception):
    """Why it may not go on; each argument is one reason."""


def stop_all(launch: Launch, *, by: Member, at: datetime) -> Launch:
    """Stop everything of this launch, whatever state it is in. Twice is once.

    Before Go, it cannot go until somebody lets it go on. Running ads are paused; what was handed
    over stays so. Raises `CannotStop`.
    """
    launch = fresh(launch)
    if refused := permitting.problem_of_either(by, launch, MAY_STOP, at):
        raise CannotStop(refused)
    _stop_beneath(launch, by, at)  # at once: this waits for nothing of the launch's own
    with transaction.atomic():
        launch = locked(launch)
        if launch.stopped_at is None:
            launch.stopped_at, launch.stopped_by = at, by
            launch.save(update_fields=["stopped_at", "stopped_by"])
            events.tell(launch, events.STOPPED, at=at, by=by, fact=facts.LAUNCH_STOPPED)
        # A Go that was under way has ended by now: what it let go stops here.
        _stop_beneath(launch, by, at)
    readiness.forget(launch)
    return launch


def _stop_beneath(launch: Launch, by: Member, at: datetime) -> None:
    if launch.went_at is None:
        return
    with transaction.atomic():
        if launch.sending is not None:
            pressing.stop(launch.sending, by=by, at=at)
        if launch.batch is not None:
            publications.stop(launch.batch, by=by, at=at)


def go_on(launch: Launch, *, by: Member, at: datetime) -> int:
    """Let a stopped launch go on where it was, all of it at once. Twice is once.

    Everything that is not out yet is asked again as at Go; what fails is held. Returns how many
    items that were. Raises `CannotGoOn`.
    """
    launch = fresh(launch)
    if refused := permitting.problem_of_either(by, launch, MAY_STOP, at):
        raise CannotGoOn(refused)
    if launch.stopped_at is None:
        return 0
    if launch.went_at and (words := overall.problems_now(launch)):
        raise CannotGoOn(*words)
    found = rechecking.against(launch, at) if launch.went_at else {}
    with transaction.atomic():
        launch = locked(launch)
        if launch.stopped_at is None:
            return 0
        held = _hold(launch, found, by, at)
        launch.stopped_at, launch.stopped_by = None, None
        launch.save(update_fields=["stopped_at", "stopped_by"])
        events.tell(launch, events.WENT_ON, at=at, by=by, fact=facts.LAUNCH_WENT_ON)
        if launch.went_at is not None:
            if launch.sending is not None:
                pressing.go_on(launch.sending, by=by, at=at)
            if launch.batch is not None:
                publications.go_on(launch.batch, by=by, at=at)
    readiness.forget(launch)
    return held


def _hold(launch: Launch, found: rechecking.Found, by: Member, at: datetime) -> int:
    """Hold what fails and is not out. The rooms beneath first, then our rows, as holding does."""
    out = {(row["place_id"], row["kind"]) for row in _rows(launch) if row["state"] in OUT}
    items = Item.objects.filter(launch=launch, held_at=None, withdrawn_at=None)
    failing = [
        item
        for item in items
        if (item.place_id, item.kind) in found and (item.place_id, item.kind) not in out
    ]
    for item in failing:
        item.held_at = at
        item.held_reason = " ".join(found[item.place_id, item.kind])[:300]
        kinds = {item.place_id: {item.kind}}
        holding.put_back(launch, kinds, by=by, at=at, reason=item.held_reason)
    Item.objects.bulk_update(failing, ["held_at", "held_reason"])
    told = [(item.place_id, item.kind, item.held_reason) for item in failing]
    events.tell_of_items(launch, events.HELD, told, at=at, by=None, fact=facts.SEAT_HELD)
    return len(failing)


def _rows(launch: Launch) -> list[dict[str, object]]:
    return rows_of(launch) if launch.batch_id else []
