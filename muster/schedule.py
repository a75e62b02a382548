"""What runs by the clock, on whichever worker is free."""

from contextlib import suppress

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from muster.audiences import keeping_count
from muster.journal import decisions, months
from muster.lib.times import now
from muster.organisations import answering_once, expiring, heads, inviting, sessions
from muster.organisations.models import Organisation
from muster.organisations.scoping import acting_for
from muster.people import summing_up
from muster.people.imports import clearing


@app.periodic(cron="17 3 * * *")
@app.task(queue="clock", queueing_lock="months_ahead", pass_context=False)
def months_ahead(timestamp: int) -> None:
    """Make next months' partitions."""
    months.make_ahead(now())


@app.periodic(cron="37 * * * *")
@app.task(queue="clock", queueing_lock="forget_sessions", pass_context=False)
def forget_sessions(timestamp: int) -> None:
    """Sessions that ran out go, and invitations nobody took."""
    sessions.forget_over(at=now())
    inviting.forget_old(at=now())


@app.periodic(cron="7 * * * *")
@app.task(queue="clock", queueing_lock="tell_expired", pass_context=False)
def tell_expired(timestamp: int) -> None:
    """Tell of roles whose last day is over."""
    expiring.tell_expired(at=now())


@app.periodic(cron="41 3 * * *")
@app.task(queue="clock", queueing_lock="put_away_old", pass_context=False)
def put_away_old(timestamp: int) -> None:
    """Remove uploads that nobody took in."""
    clearing.put_away_old(at=now())


@app.periodic(cron="23 * * * *")
@app.task(queue="clock", queueing_lock="forget_answers", pass_context=False)
def forget_answers(timestamp: int) -> None:
    """Answers kept for programs that ask twice go after a day."""
    answering_once.forget_old(now())


@app.periodic(cron="* * * * *")
@app.task(queue="clock", queueing_lock="summaries", pass_context=False)
def summaries(timestamp: int) -> None:
    """Work out what audiences ask of people whose rows changed since."""
    for organisation in Organisation.objects.values_list("id", flat=True):
        with acting_for(organisation):
            summing_up.catch_up(organisation)


@app.periodic(cron="47 * * * *")
@app.task(queue="clock", queueing_lock="count_audiences", pass_context=False)
def count_audiences(timestamp: int) -> None:
    """Count anew the saved audiences nobody opened lately."""
    for organisation in Organisation.objects.all():
        with acting_for(organisation.pk):
            keeping_count.refresh(organisation, at=now())


@app.periodic(cron="* * * * * */15")
@app.task(queue="clock", queueing_lock="retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Give the jobs of killed workers to living ones; every job may run twice without harm."""
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=10):
        # Another worker may have done the same a moment ago.
        with suppress(ConnectorException):
            await jobs.retry_job(job)


@app.periodic(cron="* * * * *")
@app.task(queue="clock", queueing_lock="audit decisions", pass_context=False)
def audit_decisions(timestamp: int) -> None:
    """Chain the members' decisions of the last minute into the audit."""
    decisions.follow(now())


@app.periodic(cron="23 3 * * *")
@app.task(queue="clock", queueing_lock="audit heads", pass_context=False)
def audit_heads(timestamp: int) -> None:
    """Verify every organisation's audit and write its end down outside the database."""
    for organisation in Organisation.objects.order_by("pk"):
        heads.write(organisation, now())
