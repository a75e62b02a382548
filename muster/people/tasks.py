"""The room's jobs."""

from django.db import close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from muster.lib.times import now
from muster.organisations.scoping import acting_for_owner
from muster.people.duplicates import matching, merging_sure
from muster.people.duplicates.models import MatchRun
from muster.people.imports import importing, previewing
from muster.people.imports import undoing as import_undoing
from muster.people.models import Import
from muster.people.record import tag_runs
from muster.people.record.models import TagRun

AGAIN = RetryStrategy(wait=5)  # whatever went wrong (the database away), without end


@app.task(queue="imports", name="people.take_in", retry=AGAIN)
def take_in(*, import_id: int) -> None:
    """Read an import's file from where it was left. Safe to run again after a crash."""
    close_old_connections()
    with acting_for_owner(Import, import_id):
        importing.take_in(import_id)


@app.task(queue="imports", name="people.tag", retry=AGAIN)
def tag_people(*, run_id: int) -> None:
    """Tag or untag everyone of a run. Safe to run again after a crash."""
    close_old_connections()
    with acting_for_owner(TagRun, run_id):
        tag_runs.carry_out(run_id, at=now())


@app.task(queue="imports", name="people.find_duplicates", retry=AGAIN)
def find_duplicates(*, run_id: int) -> None:
    """Look for people who are there twice. Begins anew after a crash."""
    close_old_connections()
    with acting_for_owner(MatchRun, run_id):
        matching.find(run_id)


@app.task(queue="imports", name="people.merge_sure", retry=AGAIN)
def merge_sure(*, run_id: int) -> None:
    """Merge the sure ones, one by one. Safe to run again after a crash."""
    close_old_connections()
    with acting_for_owner(MatchRun, run_id):
        merging_sure.merge_sure(run_id)


@app.task(queue="imports", name="people.open_file", retry=AGAIN)
def open_file(*, import_id: int, sheet: str = "") -> None:
    """Unpack an upload and guess its columns. Safe to run again after a crash."""
    close_old_connections()
    with acting_for_owner(Import, import_id):
        importing.open_file(import_id, sheet=sheet)


@app.task(queue="imports", name="people.count", retry=AGAIN)
def count(*, import_id: int) -> None:
    """Count what a file would bring. Safe to run again after a crash: it begins anew."""
    close_old_connections()
    with acting_for_owner(Import, import_id):
        previewing.count(import_id)


@app.task(queue="imports", name="people.undo_import", retry=AGAIN)
def undo_import(*, import_id: int) -> None:
    """Undo what is left of an import. Safe to run again after a crash."""
    close_old_connections()
    with acting_for_owner(Import, import_id):
        import_undoing.carry_out(import_id)


@app.task(queue="imports", name="people.undo_merges", retry=AGAIN)
def undo_merges(*, run_id: int) -> None:
    """Undo every merge of one press. Safe to run again after a crash."""
    close_old_connections()
    with acting_for_owner(MatchRun, run_id):
        merging_sure.undo_merges(run_id)
