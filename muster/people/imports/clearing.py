"""Putting files away: refused, finished with, or not wanted after all."""

from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from muster.journal import journal
from muster.lib.times import now
from muster.organisations.models import Member
from muster.people import facts
from muster.people.imports import choosing
from muster.people.models import Import

KEPT = timedelta(days=7)
"""How long an upload waits for its columns and for someone's press."""


def put_away(taken: Import, *, by: Member, at: datetime) -> None:
    """Remove a file of which nothing was taken in. Pressing twice is pressing once."""
    with transaction.atomic():
        gone = Import.objects.filter(
            pk=taken.pk, state__in=(Import.State.OPENING, *choosing.CHOOSABLE)
        ).update(
            state=Import.State.REFUSED,
            problem=f"{by.name} put it away before anything was taken in.",
            stopped_by=by,
            finished_at=at,
            counted={},
        )
        if gone:
            about = ("import", taken.pk)
            journal.record(facts.IMPORT_STOPPED, taken.organisation, at=at, by=by, about=about)
    if gone:
        remove(taken)


def put_away_old(*, at: datetime) -> int:
    """Remove files that nobody took in within a week: they are full of people. How many."""
    gone = 0
    for taken in Import.objects.filter(state__in=(Import.State.OPENING, *choosing.CHOOSABLE)):
        path = Path(taken.path)
        came = path.stat().st_mtime if path.exists() else 0
        if at.timestamp() - came > KEPT.total_seconds():
            refuse(taken, "Nobody took it in within a week: the file was removed.")
            gone += 1
    return gone


def refuse(taken: Import, problem: str) -> None:
    """The file as a whole cannot be taken in; says why."""
    Import.objects.filter(pk=taken.pk).update(
        state=Import.State.REFUSED, problem=problem, finished_at=now()
    )
    remove(taken)


def remove(taken: Import) -> None:
    """Remove the file, unless another import still reads the same bytes."""
    if taken.plain:
        Path(taken.plain).unlink(missing_ok=True)
    others = Import.objects.filter(path=taken.path, state__in=Import.KEEPS_FILE)
    if not others.exclude(pk=taken.pk).exists():
        Path(taken.path).unlink(missing_ok=True)
