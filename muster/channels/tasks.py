"""The room's jobs."""

from django.db import close_old_connections
from procrastinate.contrib.django import app

from muster.channels import letters
from muster.lib.times import now


@app.task(queue=letters.QUEUE, name=letters.JOB)
def send_notice(*, notice: int) -> None:
    """Send one letter about access. Run twice, it goes once."""
    close_old_connections()
    letters.send(notice, at=now())
