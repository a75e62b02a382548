"""The room's jobs, on the queue "messaging". Each may run twice without harm."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import close_old_connections, transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from muster.lib.times import now
from muster.messaging import (
    chunks,
    clearing,
    finishing,
    laying_out,
    leaving_out,
    looking_after,
    sending,
    topping_up,
    trying,
)
from muster.messaging.journeys import ticking
from muster.messaging.live import sampling
from muster.messaging.models import Plan, Preflight, Sending, Trial
from muster.messaging.news import tasks as _news  # noqa: F401  # found from here alone
from muster.messaging.preflight import looking
from muster.messaging.queueing import queue
from muster.messaging.returns import tasks as _returns  # noqa: F401  # found from here alone
from muster.messaging.timing import planning, sharing
from muster.organisations.scoping import acting_for_owner

QUEUE = "messaging"
AGAIN = RetryStrategy(wait=5)  # whatever went wrong (the database away), without end


@app.task(queue=QUEUE, name="messaging.lay_out", retry=AGAIN)
def lay_out(*, sending: int) -> None:
    """Write the deliveries of a sending and queue its chunks."""
    close_old_connections()
    with acting_for_owner(Sending, sending):
        laying_out.lay_out(sending, now())


@app.task(queue=QUEUE, name="messaging.deliver", retry=AGAIN)
def deliver(*, sending: int, chunk: int) -> None:
    """Hand over what is still waiting in one chunk."""
    close_old_connections()
    work(sending, chunk)


def work(sending: int, chunk: int) -> None:
    """What `deliver` does, on the connection there is."""
    with acting_for_owner(Sending, sending):
        again = _work(sending, chunk)
        leaving_out.leave_out(sending, now(), chunk=chunk)
        if again:
            _look_again(sending, chunk, again)
        else:
            finishing.finish_if_done(sending, now())


@app.task(queue=QUEUE, name=trying.JOB)
def try_out(*, trial: int) -> None:
    """Send one test of a message. Run twice, it goes once."""
    close_old_connections()
    with acting_for_owner(Trial, trial):
        trying.send(trial, now())


@app.task(queue=QUEUE, name=looking.JOB)
def preflight(*, preflight: int) -> None:
    """Look closely at a message before the press. Run twice, it is looked at once."""
    close_old_connections()
    with acting_for_owner(Preflight, preflight):
        looking.carry_out(preflight, now())


@app.task(queue=QUEUE, name="messaging.finish", retry=AGAIN)
def finish(*, sending: int) -> None:
    """Close a sending that has nothing to do."""
    close_old_connections()
    with acting_for_owner(Sending, sending):
        finishing.finish_if_done(sending, now())


@app.task(queue=QUEUE, name="messaging.queue_chunks", retry=AGAIN)
def queue_chunks(*, sending: int, first: int, end: int) -> None:
    """Queue the chunks that Go left for later. Stopped meanwhile, going on queues them."""
    close_old_connections()
    with acting_for_owner(Sending, sending):
        if Sending.objects.filter(pk=sending, state=Sending.State.RELEASING).exists():
            chunks.queue_chunks(sending, range(first, end))


@app.task(queue=QUEUE, name="messaging.queue_open", retry=AGAIN)
def queue_open(*, sending: int) -> None:
    """Queue what is open in a sending that goes on, or whose seats were let go."""
    close_old_connections()
    with acting_for_owner(Sending, sending):
        chunks.queue_open(sending)
        finishing.finish_if_done(sending, now())


@app.task(queue=QUEUE, name="messaging.top_up", retry=AGAIN)
def top_up(*, sending: int, go: int = 0) -> None:
    """Add who joined between arming and Go (transaction `go`), once all of them are there."""
    close_old_connections()
    with acting_for_owner(Sending, sending):
        if topping_up.is_somebody_joining(sending, go, now()):
            later = queue().configure_task(
                "messaging.top_up", queue=QUEUE, schedule_at=now() + timedelta(seconds=1)
            )
            later.defer(sending=sending, go=go)
            return
        topping_up.top_up(sending, now())


@app.task(queue=QUEUE, name="messaging.leave_out", retry=AGAIN)
def leave_out(*, sending: int) -> None:
    """Leave out whoever is to wait no longer; it may have been all that was left."""
    close_old_connections()
    with acting_for_owner(Sending, sending):
        leaving_out.leave_out(sending, now())
        finishing.finish_if_done(sending, now())


@app.task(queue=QUEUE, name=planning.JOB, retry=AGAIN)
def begin_plan(*, plan: int) -> None:
    """Press what was planned for now."""
    close_old_connections()
    with acting_for_owner(Plan, plan):
        planning.begin(plan, now())


@app.task(queue=QUEUE, name=sharing.BY_ITSELF, retry=AGAIN)
def rest_by_itself(*, sending: int) -> None:
    """Send to the rest, as its hour has come."""
    close_old_connections()
    with acting_for_owner(Sending, sending):
        sharing.by_itself(sending, now())


@app.task(queue=QUEUE, name=sharing.BEGIN, retry=AGAIN)
def begin_rest(*, sending: int) -> None:
    """Make the rest due and queue it."""
    close_old_connections()
    with acting_for_owner(Sending, sending):
        sharing.give_turns(sending, now())


@app.task(queue=QUEUE, name="messaging.clear", retry=AGAIN)
def clear(*, sending: int) -> None:
    """Remove the deliveries of a disarmed sending or an old rehearsal."""
    close_old_connections()
    with acting_for_owner(Sending, sending):
        clearing.clear(sending)


@app.periodic(cron="* * * * * */10")
@app.task(queue=QUEUE, name="messaging.look", queueing_lock="messaging look", pass_context=False)
def look(timestamp: int) -> None:
    """Take up what a lost job left: what has been due for a while and nobody is at."""
    close_old_connections()
    planning.begin_overdue(now())
    sharing.overdue(now())
    sampling.sample(now())
    looking_after.look_after(now())


@app.periodic(cron="* * * * * */10")
@app.task(
    queue=QUEUE, name="messaging.journeys", queueing_lock="messaging journeys", pass_context=False
)
def journeys(timestamp: int) -> None:
    """People enter journeys, walk them and leave them. Run twice, or beside itself: once."""
    close_old_connections()
    ticking.tick(now())


@app.periodic(cron="41 3 * * *")
@app.task(queue="clock", queueing_lock="clear_rehearsals", pass_context=False)
def clear_rehearsals(timestamp: int) -> None:
    """Forget whom last week's rehearsals were laid out for."""
    clearing.clear_old_rehearsals(now())


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
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(sending=sending_id, chunk=chunk)
