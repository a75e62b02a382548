"""The jobs of what comes back, on the queue "clock". Each may run twice without harm."""

from contextlib import suppress

from django.db import close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from muster.lib.times import now
from muster.messaging.inbox import answering as answering_people
from muster.messaging.queueing import queue
from muster.messaging.returns import answering, effects, reading, recovering
from muster.messaging.returns.mailbox_models import Mailbox
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


@app.periodic(cron="* * * * *")
@app.task(queue=QUEUE, name="messaging.read_mailboxes", queueing_lock="read mailboxes")
def read_mailboxes(timestamp: int) -> None:
    """Have every mailbox read, each by a job of its own."""
    close_old_connections()
    for pk in Organisation.objects.values_list("pk", flat=True):
        with acting_for(pk):
            for mailbox in Mailbox.objects.filter(organisation=pk, is_on=True):
                _ask_to_read(pk, mailbox.pk)


@app.task(queue=QUEUE, name="messaging.read_mailbox")
def read_mailbox(*, organisation: int, mailbox: int) -> None:
    """Take in what waits in one mailbox."""
    close_old_connections()
    with acting_for(organisation):
        is_more = reading.read(organisation, mailbox, now())
    if is_more:
        _ask_to_read(organisation, mailbox)


@app.task(queue=QUEUE, name=answering_people.JOB)
def send_answer(*, organisation: int, line: int) -> None:
    """Send one answer to a person. Run twice, it goes once."""
    close_old_connections()
    with acting_for(organisation):
        answering_people.send(organisation, line, now())


def _ask_to_read(organisation: int, mailbox: int) -> None:
    """One job that waits, and one at a time that reads."""
    name = f"read mailbox {mailbox}"
    job = queue().configure_task(
        "messaging.read_mailbox", queue=QUEUE, queueing_lock=name, lock=name
    )
    with suppress(AlreadyEnqueued):
        job.defer(organisation=organisation, mailbox=mailbox)


def _act(organisation: int) -> None:
    while effects.act_on_waiting(organisation, now()):
        pass
