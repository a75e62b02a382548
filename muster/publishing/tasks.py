"""The room's jobs, on the queue "publishing". Each may run twice without harm."""

from django.db import close_old_connections
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from muster.channels.models import NetworkAccount
from muster.lib.times import now
from muster.organisations.scoping import acting_for_owner
from muster.publishing import handing_over
from muster.publishing.waking import HAND_OVER, QUEUE, wake_overdue

AGAIN = RetryStrategy(wait=2)  # whatever went wrong (the database away), without end


@app.task(queue=QUEUE, name=HAND_OVER, retry=AGAIN, pass_context=True)
def hand_over(context: JobContext, *, account: int) -> None:
    """Do what is owed to the network behind one account; a worker told to stop leaves the rest."""
    close_old_connections()
    with acting_for_owner(NetworkAccount, account):
        handing_over.hand_over(account, context.should_abort)


@app.periodic(cron="* * * * * */5")
@app.task(queue=QUEUE, name="publishing.look", queueing_lock="publishing look")
def look(timestamp: int) -> None:
    """Take up what a killed worker left: all that is overdue is looked at again."""
    close_old_connections()
    wake_overdue(now())
