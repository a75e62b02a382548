"""Taking in a file of people: begun at once, read by a job, stopped and gone on with at will."""

import time
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from pathlib import Path

import psycopg
from django.db import DataError, transaction
from django.db.models import F
from procrastinate.contrib.django import app

from muster.journal import journal
from muster.lib.times import now
from muster.organisations.models import Member, Organisation
from muster.people import counting, encodings, facts, intake, matching
from muster.people.generating import Shows, quietly
from muster.people.models import Import
from muster.people.opening import checker_for, read_heading
from muster.people.reading import Record, records
from muster.people.saving import CannotImport, Saved, save

BATCH = 5_000
CANNOT_HOLD = "The database cannot hold what this row says."


def begin(
    organisation: Organisation,
    chunks: Iterable[bytes],
    *,
    name: str,
    by: Member | None,
    at: datetime,
    queued: bool = True,
) -> Import:
    """Keep the file safe on disk, then say that it waits; a job reads it.

    `queued` is False where the caller reads it at once (`take_in`).
    Raises `CannotImport`.
    """
    saved = save(chunks)
    with transaction.atomic():
        taken = _record(organisation, saved, name=name, by=by, at=at)
        if queued:
            _queue(taken)
    return taken


def begin_or_resume(
    organisation: Organisation, chunks: Iterable[bytes], *, name: str, at: datetime
) -> Import:
    """The import these bytes were half taken in by; else a new one. The caller reads it.

    Raises `CannotImport`.
    """
    saved = save(chunks)
    with transaction.atomic():
        left = Import.objects.filter(
            organisation=organisation,
            sha256=saved.digest,
            state__in=[Import.State.WAITING, Import.State.RUNNING, Import.State.STOPPED],
        ).last()
        if left is None:
            return _record(organisation, saved, name=name, by=None, at=at)
        left.state = Import.State.RUNNING if left.started_at else Import.State.WAITING
        left.finished_at = left.stopped_by = None
        left.save(update_fields=["state", "finished_at", "stopped_by"])
    return left


def _record(
    organisation: Organisation, saved: Saved, *, name: str, by: Member | None, at: datetime
) -> Import:
    taken = Import.objects.create(
        organisation=organisation,
        by=by,
        name=name[:200] or "people.csv",
        path=str(saved.path),
        size=saved.size,
        sha256=saved.digest,
    )
    journal.record(facts.IMPORT_BEGUN, organisation, at=at, by=by, about=("import", taken.pk))
    return taken


def stop(taken: Import, *, by: Member, at: datetime) -> None:
    """Stop after the batch being written; what is in stays in."""
    with transaction.atomic():
        stopped = Import.objects.filter(
            pk=taken.pk, state__in=[Import.State.WAITING, Import.State.RUNNING]
        ).update(state=Import.State.STOPPED, stopped_by=by, finished_at=at)
        if stopped:
            journal.record(
                facts.IMPORT_STOPPED,
                taken.organisation,
                at=at,
                by=by,
                about=("import", taken.pk),
            )


def go_on(taken: Import) -> None:
    """Let a stopped or interrupted import wait for its job again."""
    with transaction.atomic():
        waiting = Import.objects.filter(
            pk=taken.pk, state__in=[Import.State.STOPPED, Import.State.RUNNING]
        ).update(state=Import.State.WAITING, stopped_by=None, finished_at=None)
        if waiting:
            _queue(taken)


def _queue(taken: Import) -> None:
    """Queue the job (people/tasks.py) in this transaction; one at a time per organisation."""
    job = app.configure_task(
        "people.take_in", queue="imports", lock=f"import {taken.organisation_id}"
    )
    job.defer(import_id=taken.pk)


def take_in(import_id: int, *, progress: Shows = quietly) -> Import:
    """Read the file from where it was left. Safe to run again after a crash: batches are whole."""
    taken = Import.objects.select_related("organisation").get(pk=import_id)
    intake.only_one_import(taken.organisation_id)
    try:
        taken.refresh_from_db()
        if taken.state not in (Import.State.WAITING, Import.State.RUNNING):
            return taken
        try:
            _read(taken, progress)
        except (encodings.CannotRead, CannotImport) as problem:
            _refuse(taken, str(problem))
    finally:
        intake.let_others(taken.organisation_id)
    taken.refresh_from_db()
    return taken


def _read(taken: Import, progress: Shows) -> None:
    path = Path(taken.path)
    if not path.exists():
        raise CannotImport("The file is no longer on this machine. Upload it again.")
    skip = _started(taken, path)
    with path.open("rb") as file, progress("Rows", 0) as shown:
        heading, delimiter, offset, line = read_heading(file, skip)
        Import.objects.filter(pk=taken.pk).update(heading=heading, delimiter=delimiter)
        worker = intake.Intake(taken, checker_for(taken, heading), taken.started_at or now())
        offset, line = max(offset, taken.offset), max(line, taken.line)
        if taken.offset == 0 and not any(True for _ in records(file, offset, line, delimiter)):
            raise CannotImport("The file has a heading but no people beneath it.")
        found = records(file, offset, line, delimiter)
        while batch := list(islice(found, BATCH)):
            if not _take_batch(taken, worker, batch):
                return
            shown.advance(len(batch))
    _finish(taken)


def _take_batch(taken: Import, worker: intake.Intake, batch: list[Record]) -> bool:
    """A batch, or what of it the database can hold: one such row does not keep the others out."""
    try:
        return _commit(taken, worker, batch)
    except (DataError, psycopg.DataError):  # COPY's own are not Django's
        if len(batch) == 1:
            return _commit(taken, worker, [batch[0]._replace(problem=CANNOT_HOLD)])
    middle = len(batch) // 2
    return _take_batch(taken, worker, batch[:middle]) and _take_batch(taken, worker, batch[middle:])


def _commit(taken: Import, worker: intake.Intake, batch: list[Record]) -> bool:
    """One transaction; False: someone pressed stop, or another reader came further."""
    began, before = time.monotonic(), taken.offset
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=taken.pk)
        if locked.state != Import.State.RUNNING or locked.offset != before:
            return False
        tally = worker.take(batch)
        seconds = max(time.monotonic() - began, 0.001)
        Import.objects.filter(pk=taken.pk).update(
            offset=batch[-1].end,
            line=batch[-1].end_line,
            rows=F("rows") + tally.rows,
            made=F("made") + tally.made,
            matched=F("matched") + tally.matched,
            refused=F("refused") + tally.refused,
            unplaced=F("unplaced") + tally.unplaced,
            consents=F("consents") + tally.consents,
            unproved=F("unproved") + tally.unproved,
            pace=(batch[-1].end - before) / seconds,
            heard_at=now(),
        )
    counting.forget(taken.organisation_id)
    taken.offset, taken.line = batch[-1].end, batch[-1].end_line
    return True


def _started(taken: Import, path: Path) -> int:
    """Settle the encoding once; the bytes before the heading."""
    if taken.started_at is None and path.stat().st_size == 0:
        raise CannotImport("The file is empty.")
    skip = encodings.settle(path)
    taken.started_at = taken.started_at or now()
    Import.objects.filter(pk=taken.pk).update(
        state=Import.State.RUNNING,
        started_at=taken.started_at,
        size=path.stat().st_size,
        heard_at=now(),
    )
    return skip


def _finish(taken: Import) -> None:
    """Everything is in: the file goes, as what was refused is kept with its reasons."""
    with transaction.atomic():
        done = Import.objects.filter(pk=taken.pk, state=Import.State.RUNNING).update(
            state=Import.State.FINISHED, finished_at=now()
        )
        if done:
            journal.record(
                facts.IMPORT_FINISHED,
                taken.organisation,
                at=now(),
                by=taken.by,
                about=("import", taken.pk),
            )
            taken.refresh_from_db()
            if taken.made:
                matching.begin(taken.organisation, by=taken.by, at=now(), taken=taken)
    if done:
        _remove(taken)


def _refuse(taken: Import, problem: str) -> None:
    Import.objects.filter(pk=taken.pk).update(
        state=Import.State.REFUSED, problem=problem, finished_at=now()
    )
    _remove(taken)


def _remove(taken: Import) -> None:
    """Remove the file, unless another import still reads the same bytes."""
    others = Import.objects.filter(
        path=taken.path,
        state__in=[Import.State.WAITING, Import.State.RUNNING, Import.State.STOPPED],
    )
    if not others.exclude(pk=taken.pk).exists():
        Path(taken.path).unlink(missing_ok=True)
