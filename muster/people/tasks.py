"""The room's jobs."""

from django.db import close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from muster.people import importing

AGAIN = RetryStrategy(wait=5)  # whatever went wrong (the database away), without end


@app.task(queue="imports", name="people.take_in", retry=AGAIN)
def take_in(*, import_id: int) -> None:
    """Read an import's file from where it was left. Safe to run again after a crash."""
    close_old_connections()
    importing.take_in(import_id)
