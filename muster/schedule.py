"""What runs by the clock, on whichever worker is free."""

from procrastinate.contrib.django import app

from muster.journal import months
from muster.lib.times import now


@app.periodic(cron="17 3 * * *")
@app.task(queue="clock", queueing_lock="months_ahead", pass_context=False)
def months_ahead(timestamp: int) -> None:
    """Make next months' partitions."""
    months.make_ahead(now())
