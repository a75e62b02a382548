"""The jobs of what comes back, on the queue "clock". Each may run twice without harm."""

from django.db import close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from muster.lib.times import now
from muster.messaging.returns import answering, effects, recovering
from muster.organisations.models import Organisation
from muster.organisations.scoping import acting_for

QUEUE = "clock"
AGAIN = RetryStrategy(wait=5)


@app.task(queue=QUEUE, name=answering.JOB, retry=AGAIN)
def act_on_returns(*, organisation: int) -> None:
    """Do what comes of what mail servers answered at the moment of sending."""
    close_old_connections()
    with acting_for(organisation):
        _act(organisation)


@app.periodic(cron="* * * * * */20")
@app.task(queue=QUEUE, name="messaging.look_at_returns", queueing_lock="look at returns")
def look_at_returns(timestamp: int) -> None:
    """The same for what a lost job left."""
    close_old_connections()
    for pk in Organisation.objects.values_list("pk", flat=True):
        with acting_for(pk):
            _act(pk)


@app.periodic(cron="17 * * * *")
@app.task(queue=QUEUE, name="messaging.recover_addresses", queueing_lock="recover addresses")
def recover_addresses(timestamp: int) -> None:
    """Addresses that took a message again, or that people gave anew, are good again."""
    close_old_connections()
    for pk in Organisation.objects.values_list("pk", flat=True):
        with acting_for(pk):
            recovering.recover(pk, now())


def _act(organisation: int) -> None:
    while effects.act_on_waiting(organisation, now()):
        pass
