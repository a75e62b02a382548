"""The room's jobs."""

from django.db import close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from muster.lib.times import now
from muster.people import importing, matching, merging_sure, tag_runs

AGAIN = RetryStrategy(wait=5)  # whatever went wrong (the database away), without end


@app.task(queue="imports", name="people.take_in", retry=AGAIN)
def take_in(*, import_id: int) -> None:
    """Read an import's file from where it was left. Safe to run again after a crash."""
    close_old_connections()
    importing.take_in(import_id)


@app.task(queue="imports", name="people.tag", retry=AGAIN)
def tag_people(*, run_id: int) -> None:
    """Tag or untag everyone of a run. Safe to run again after a crash."""
    close_old_connections()
    tag_runs.carry_out(run_id, at=now())


@app.task(queue="imports", name="people.find_duplicates", retry=AGAIN)
def find_duplicates(*, run_id: int) -> None:
    """Look for people who are there twice. Begins anew after a crash."""
    close_old_connections()
    matching.find(run_id)


@app.task(queue="imports", name="people.merge_sure", retry=AGAIN)
def merge_sure(*, run_id: int) -> None:
    """Merge the sure ones, one by one. Safe to run again after a crash."""
    close_old_connections()
    merging_sure.merge_sure(run_id)
