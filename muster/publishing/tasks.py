"""The room's jobs, on the queue "publishing". Each may run twice without harm."""

from django.db import close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from muster.publishing.waking import HAND_OVER, QUEUE

AGAIN = RetryStrategy(wait=2)  # whatever went wrong (the database away), without end


@app.task(queue=QUEUE, name=HAND_OVER, retry=AGAIN)
def hand_over(*, account: int) -> None:
    """Do what is owed to the network behind one account."""
    close_old_connections()
