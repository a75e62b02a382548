"""Taking in a file of people: begun at once, read by a job, stopped and gone on with at will."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice

import psycopg
from django.db import DataError, transaction
from django.db.models import F

from muster.journal import journal
from muster.lib.times import now
from muster.organisations.models import Member, Organisation
from muster.people import counting, facts
from muster.people.duplicates import matching
from muster.people.generating import Shows, quietly
from muster.people.imports import choosing, clearing, intake, mapping, opening, said_columns
from muster.people.imports.opening import checker_for, read_heading, readable
from muster.people.imports.reading import Record, records
from muster.people.imports.saving import CannotImport, Saved, save
from muster.people.models import Import

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
    """Keep the file safe on disk; a job opens it, and its columns wait to be chosen.

    `queued` is False where the caller reads it at once (`take_in`), with columns as guessed.
    Raises `CannotImport`.
    """
    saved = save(chunks)
    with transaction.atomic():
        taken = _record(organisation, saved, name=name, by=by, at=at)
        if queued:
            taken.state = Import.State.OPENING
            taken.save(update_fields=["state"])
            choosing.queue("people.open_file", taken, alone=False)
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
            state__in=[
                Import.State.COUNTED,
                Import.State.WAITING,
                Import.State.RUNNING,
                Import.State.STOPPED,
            ],
        ).last()
        if left is None:
            return _record(organisation, saved, name=name, by=None, at=at)
        left.state = Import.State.RUNNING if left.started_at else Import.State.WAITING
        left.finished_at = left.stopped_by = None
        left.save(update_fields=["state", "finished_at", "stopped_by"])
    return left


def settle(
    taken: Import,
    said: Sequence[str],
    *,
    at: datetime,
    preset: str = "",
    encoding: str = "",
    sheet: str = "",
    dates: str = "",
    status: str = "",
    file_wins: bool = False,
    corrected: Sequence[str] = (),
) -> None:
    """Open a file for whoever takes it in on a command line, with what they said of it.

    Raises `CannotImport`; the file is put away then, as nothing of it was taken in.
    """
    try:
        opening.settle(taken, encoding=encoding, preset=preset, sheet=sheet)
        choices = said_columns.choices(taken, said, dates=dates)
        options = said_columns.options(
            taken, status=status, file_wins=file_wins, corrected=corrected
        )
        choosing.choose(taken, choices, options, by=None, at=at, queued=False)
    except CannotImport as problem:
        clearing.refuse(taken, " ".join(problem.args))
        raise


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
            choosing.queue("people.take_in", taken)


def open_file(import_id: int, *, sheet: str = "") -> None:
    """Unpack an upload and guess its columns. Safe to run again after a crash.

    Where another sheet was asked for and cannot be read, the file stays as it was read before.
    """
    taken = Import.objects.select_related("organisation").get(pk=import_id)
    if taken.state != Import.State.OPENING:
        return
    try:
        opening.settle(taken, sheet=sheet)
    except CannotImport as problem:
        if not sheet:
            clearing.refuse(taken, str(problem))
            return
        note = f"“{sheet}” cannot be read. {problem}"
        Import.objects.filter(pk=taken.pk).update(notes=[note])
    Import.objects.filter(pk=taken.pk, state=Import.State.OPENING).update(
        state=Import.State.CHOOSING
    )


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
        except CannotImport as problem:
            clearing.refuse(taken, " ".join(problem.args))
    finally:
        intake.let_others(taken.organisation_id)
    taken.refresh_from_db()
    return taken


def _read(taken: Import, progress: Shows) -> None:
    _started(taken)
    path = readable(taken)
    if not path.exists():
        raise CannotImport("The file is no longer on this machine. Upload it again.")
    with path.open("rb") as file, progress("Rows", 0) as shown:
        _, delimiter, offset, line = read_heading(file, taken.skip)
        worker = intake.Intake(taken, checker_for(taken), taken.started_at or now())
        offset, line = max(offset, taken.offset), max(line, taken.line)
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
    before = taken.offset
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=taken.pk)
        if locked.state != Import.State.RUNNING or locked.offset != before:
            return False
        tally = worker.take(batch)
        Import.objects.filter(pk=taken.pk).update(
            offset=batch[-1].end,
            line=batch[-1].end_line,
            rows=F("rows") + tally.rows,
            made=F("made") + tally.made,
            matched=F("matched") + tally.matched,
            changed=F("changed") + tally.changed,
            overwritten=F("overwritten") + tally.overwritten,
            suppressed=F("suppressed") + tally.suppressed,
            refused=F("refused") + tally.refused,
            unplaced=F("unplaced") + tally.unplaced,
            consents=F("consents") + tally.consents,
            unproved=F("unproved") + tally.unproved,
            pace=worker.pace.after(batch[-1].end - before),
            heard_at=now(),
        )
    counting.forget(taken.organisation_id)
    taken.offset, taken.line = batch[-1].end, batch[-1].end_line
    return True


def _started(taken: Import) -> None:
    """Open the file and guess its columns, unless someone chose them; then it runs."""
    if not taken.choices:
        opening.settle(taken)
        problems = choosing.problems_of(
            taken, mapping.choices_of(taken.choices), mapping.options_of(taken.options)
        )
        if problems:
            raise CannotImport(*problems)
    taken.started_at = taken.started_at or now()
    Import.objects.filter(pk=taken.pk).update(
        state=Import.State.RUNNING, started_at=taken.started_at, heard_at=now()
    )


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
        clearing.remove(taken)
