"""Rehearsed, armed by two, Go, and to its end. Every step goes on where it was cut off."""

import time
from dataclasses import dataclass

from muster.cli.demonstration.cast import Cast
from muster.cli.demonstration.preparing import LOOK, watch
from muster.launches import arming, going, rehearsing
from muster.launches.models import Launch
from muster.launches.standing import Standing, standing
from muster.lib.progress import Progress
from muster.lib.times import now
from muster.messaging import progress
from muster.messaging.models import Sending

ENDED = ("finished", "stopped")  # one that was stopped goes on when a person says so


@dataclass(frozen=True)
class Rehearsed:
    """What a rehearsal came to: letters into our own mailbox, and how long it took."""

    letters: int
    seconds: float


def rehearse(gathered: Cast, launch: Launch, per_seat: int | None) -> Rehearsed:
    """The whole path into a mailbox of Muster's own, with so many of each seat, or everyone."""
    rehearsal = launch.rehearsal or rehearsing.rehearse(
        launch, by=gathered.ada, at=now(), per_seat=per_seat
    )
    told = _once_laid_out(rehearsal)
    watch("Rehearsed", told.audience, lambda: progress.progress(rehearsal).done)
    while (told := progress.progress(rehearsal)).state != Sending.State.FINISHED:
        time.sleep(LOOK)
    rehearsal.refresh_from_db()
    took = (rehearsal.finished_at or rehearsal.began_at) - rehearsal.began_at
    return Rehearsed(told.delivered, took.total_seconds())


def arm(gathered: Cast, launch: Launch) -> Launch:
    """Armed by Ada, and by Dilys, who may authorise the ads' money; then everyone is laid out.

    In a demonstration nobody has a second factor, and none is asked.
    """
    for member in (gathered.ada, gathered.dilys):
        if launch.sealed_at is None:
            launch = arming.arm(launch, by=member, at=now(), proved_at=None)
    launch.refresh_from_db()
    if launch.sending:
        _once_laid_out(launch.sending)
    return launch


def _once_laid_out(sending: Sending) -> progress.Progress:
    while (told := progress.progress(sending)).state == Sending.State.LAYING_OUT:
        time.sleep(LOOK)
    return told


def go(gathered: Cast, launch: Launch) -> Standing:
    """The press, and everything after it, shown until it ends. Ctrl-C leaves it going."""
    launch = going.go(launch, by=gathered.ada, at=now())
    if (stands := standing(launch)).state in ENDED:
        return stands
    with Progress("E-mails", stands.audience) as shown:
        seen = 0
        while True:
            stands = standing(launch)
            ended = stands.audience - stands.waiting
            shown.advance(ended - seen)
            seen = ended
            if stands.state in ENDED:
                return stands
            time.sleep(LOOK)
