"""The room's jobs, on the queue "messaging". Each may run twice without harm."""

from contextlib import suppress
from datetime import datetime

from django.db import close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from muster.lib.times import now
from muster.messaging import finishing, laying_out, sending
from muster.messaging.queueing import queue

QUEUE = "messaging"
AGAIN = RetryStrategy(wait=5)  # whatever went wrong (the database away), without end


@app.task(queue=QUEUE, name="messaging.lay_out", retry=AGAIN)
def lay_out(*, sending: int) -> None:
    """Write the deliveries of a sending and queue its chunks."""
    close_old_connections()
    laying_out.lay_out(sending, now())


@app.task(queue=QUEUE, name="messaging.deliver", retry=AGAIN)
def deliver(*, sending: int, chunk: int) -> None:
    """Hand over what is still waiting in one chunk."""
    close_old_connections()
    if again := _work(sending, chunk):
        _look_again(sending, chunk, again)
    else:
        finishing.finish_if_done(sending, now())


@app.task(queue=QUEUE, name="messaging.finish", retry=AGAIN)
def finish(*, sending: int) -> None:
    """Close a sending that has nothing to do."""
    close_old_connections()
    finishing.finish_if_done(sending, now())


def _work(sending_id: int, chunk: int) -> datetime | None:
    return sending.work_chunk(sending_id, chunk)


def _look_again(sending_id: int, chunk: int, at: datetime) -> None:
    """One job for later, however many ask for it."""
    job = queue().configure_task(
        "messaging.deliver",
        queue=QUEUE,
        schedule_at=at,
        queueing_lock=f"deliver {sending_id} {chunk}",
    )
    with suppress(AlreadyEnqueued):
        job.defer(sending=sending_id, chunk=chunk)
