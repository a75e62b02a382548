"""Taking in a file of people: begun at once, read by a job, stopped and gone on with at will."""

import hashlib
import os
import time
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F
from procrastinate.contrib.django import app

from muster.journal import journal
from muster.lib.times import now
from muster.organisations.models import Member, Organisation
from muster.people import encodings, facts, intake, template
from muster.people.generating import Shows, quietly
from muster.people.models import Import, Wording
from muster.people.reading import records
from muster.people.validating import Checker, Where
from muster.places import postcodes
from muster.places.models import Place

BATCH = 5_000
LARGEST = 2 * 1024**3


class CannotImport(Exception):
    """The file cannot be taken in at all; says why and what to do."""


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

    `queued` is False where the caller reads it at once (`take_in`), as the command line does.
    Raises `CannotImport`.
    """
    path, size, digest = _save(chunks)
    with transaction.atomic():
        taken = Import.objects.create(
            organisation=organisation,
            by=by,
            name=name[:200] or "people.csv",
            path=str(path),
            size=size,
            sha256=digest,
        )
        journal.record(facts.IMPORT_BEGUN, organisation, at=at, by=by, about=("import", taken.pk))
    return taken


def begin_or_resume(
    organisation: Organisation,
    chunks: Iterable[bytes],
    *,
    name: str,
    by: Member | None,
    at: datetime,
) -> Import:
    """The same bytes half taken in: the import they belong to; else a new one, not queued.

    Raises `CannotImport`.
    """
    fresh = begin(organisation, chunks, name=name, by=by, at=at, queued=False)
    left = (
        Import.objects.filter(organisation=organisation, sha256=fresh.sha256, rows__gt=0)
        .filter(state__in=[Import.State.RUNNING, Import.State.STOPPED])
        .exclude(pk=fresh.pk)
        .order_by("-id")
        .first()
    )
    if left is None:
        return fresh
    fresh.delete()
    Import.objects.filter(pk=left.pk).update(state=Import.State.RUNNING, finished_at=None)
    return left


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
        heading, delimiter, offset, line = _heading(file, skip)
        Import.objects.filter(pk=taken.pk).update(heading=heading, delimiter=delimiter)
        worker = intake.Intake(taken, _checker(taken, heading), taken.started_at or now())
        offset, line = max(offset, taken.offset), max(line, taken.line)
        if taken.offset == 0 and not any(True for _ in records(file, offset, line, delimiter)):
            raise CannotImport("The file has a heading but no people beneath it.")
        found = records(file, offset, line, delimiter)
        while batch := list(islice(found, BATCH)):
            if not _take_batch(taken, worker, batch):
                return
            shown.advance(len(batch))
    _finish(taken)


def _take_batch(taken: Import, worker: intake.Intake, batch: list) -> bool:  # type: ignore[type-arg]
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
            consents=F("consents") + tally.consents,
            unproved=F("unproved") + tally.unproved,
            pace=(batch[-1].end - before) / seconds,
            heard_at=now(),
        )
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


def _heading(file, skip: int) -> tuple[list[str], str, int, int]:  # type: ignore[no-untyped-def]
    file.seek(skip)
    delimiter = template.delimiter_of(file.readline(65_536).decode("utf-8", "replace"))
    first = next(records(file, skip, 0, delimiter), None)
    if first is None:
        raise CannotImport("The file is empty.")
    heading = template.tidy(first.fields)
    if problems := template.problems_of(heading):
        raise CannotImport(" ".join(problems) + " The template shows every column.")
    return heading, delimiter, first.end, first.end_line


def _checker(taken: Import, heading: list[str]) -> Checker:
    seats = {}
    for pk, code, name in Place.objects.seats().values_list("id", "code", "name"):
        seats[code.casefold()] = seats[name.casefold()] = pk
    wordings = Wording.objects.filter(organisation_id=taken.organisation_id, purpose="marketing")
    return Checker(
        heading,
        _place,
        seats,
        {(w.channel, w.version): w.pk for w in wordings},
        taken.started_at or now(),
        ZoneInfo(taken.organisation.time_zone),
    )


def _place(typed: str) -> Where:
    """A malformed postcode is refused; one we do not know is kept, as newer ones are real."""
    found = postcodes.find(typed)
    if found.kind == "malformed":
        return Where(problem=found.words)
    how = "postcode" if found.seat_id else ""
    return Where(found.postcode, found.seat_id, found.ward_id, how)


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


def _save(chunks: Iterable[bytes]) -> tuple[Path, int, str]:
    """Write the file to disk for good, under the digest of its bytes."""
    folder = settings.VAR / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    fresh = folder / f"coming.{os.getpid()}.{time.monotonic_ns()}"
    try:
        with fresh.open("wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > LARGEST:
                    raise CannotImport("The file is larger than 2 GB: split it.")
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    except OSError as problem:
        fresh.unlink(missing_ok=True)
        raise CannotImport(
            "The disk is full: nothing was taken in. Make room, then upload again."
        ) from problem
    except CannotImport:
        fresh.unlink(missing_ok=True)
        raise
    path = folder / f"{digest.hexdigest()}.csv"
    fresh.replace(path)
    return path, size, digest.hexdigest()
