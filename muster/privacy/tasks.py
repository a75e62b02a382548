"""The room's jobs."""

from django.db import close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from muster.lib.times import now
from muster.privacy import making
from muster.privacy.exporting import QUEUE

AGAIN = RetryStrategy(wait=5)  # whatever went wrong (the database away), without end


@app.task(queue=QUEUE, name="privacy.make_export", retry=AGAIN)
def make_export(*, export: int) -> None:
    """Write an approved export's file."""
    close_old_connections()
    making.make(export, now())


@app.periodic(cron="41 * * * *")
@app.task(queue=QUEUE, name="privacy.clear", queueing_lock="privacy clear")
def clear(timestamp: int) -> None:
    """Remove the files whose days are over."""
    close_old_connections()
    making.clear(now())
