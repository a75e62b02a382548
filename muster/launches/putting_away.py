"""Keeping the list short: a launch that is over or given up is put away, and can be taken out."""

from datetime import datetime

from django.db import IntegrityError, transaction

from muster.launches import events, permitting
from muster.launches.locking import locked
from muster.launches.models import Launch
from muster.launches.standing import standing
from muster.organisations.models import Member

MAY = "prepare launches"
ARMED = "It is armed: disarm it first."
UNDER_WAY = "It went out and is not over: what it still does must be seen."


class CannotPutAway(Exception):
    """Why it stays where it is, or keeps its name; each argument is one reason."""


def put_away(launch: Launch, *, by: Member, at: datetime, reason: str = "") -> None:
    """Take a draft that was given up, or a launch that is over, off the lists. Twice is once.

    Nothing of it is lost. Raises `CannotPutAway` while it is armed or under way.
    """
    with transaction.atomic():
        launch = locked(launch)
        if refused := permitting.problem(by, launch, MAY, at) or _in_its_way(launch, at):
            raise CannotPutAway(refused)
        if launch.put_away_at is None:
            launch.put_away_at = at
            launch.save(update_fields=["put_away_at"])
            events.tell(launch, events.PUT_AWAY, at=at, by=by, reason=reason)


def take_out(launch: Launch, *, by: Member, at: datetime) -> None:
    """Bring it back onto the lists. Twice is once. Raises `CannotPutAway`."""
    with transaction.atomic():
        launch = locked(launch)
        if refused := permitting.problem(by, launch, MAY, at):
            raise CannotPutAway(refused)
        if launch.put_away_at is not None:
            launch.put_away_at = None
            launch.save(update_fields=["put_away_at"])
            events.tell(launch, events.TAKEN_OUT, at=at, by=by)


def rename(launch: Launch, name: str, *, by: Member, at: datetime) -> None:
    """Call it something else; nobody outside sees its name. Raises `CannotPutAway`."""
    name = name.strip()
    with transaction.atomic():
        launch = locked(launch)
        if refused := permitting.problem(by, launch, MAY, at):
            raise CannotPutAway(refused)
        if not name:
            raise CannotPutAway("Give it a name, to find it by.")
        before, launch.name = launch.name, name[:200]
        if launch.name == before:
            return
        _save_name(launch)
        events.tell(launch, events.RENAMED, at=at, by=by, reason=f"Called {before} before.")


def _save_name(launch: Launch) -> None:
    try:
        with transaction.atomic():
            launch.save(update_fields=["name"])
    except IntegrityError:
        words = f"Another launch is called {launch.name}: choose another name."
        raise CannotPutAway(words) from None


def _in_its_way(launch: Launch, at: datetime) -> str:
    if launch.went_at:
        return "" if standing(launch, at).state == "finished" else UNDER_WAY
    return ARMED if permitting.armings_in_force(launch) else ""
