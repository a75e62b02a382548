"""The room's jobs."""

from django.db import close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from muster.lib.times import now
from muster.organisations.scoping import acting_for, acting_for_owner
from muster.privacy import making, packing, retaining
from muster.privacy.exporting import QUEUE
from muster.privacy.models import Export, Pack, RetentionRule

AGAIN = RetryStrategy(wait=5)  # whatever went wrong (the database away), without end


@app.task(queue=QUEUE, name="privacy.make_export", retry=AGAIN)
def make_export(*, export: int) -> None:
    """Write an approved export's file."""
    close_old_connections()
    with acting_for_owner(Export, export):
        making.make(export, now())


@app.task(queue=QUEUE, name="privacy.make_pack", retry=AGAIN)
def make_pack(*, pack: int) -> None:
    """Write the file that answers a request for access."""
    close_old_connections()
    with acting_for_owner(Pack, pack):
        packing.make(pack, now())


@app.periodic(cron="53 2 * * *")
@app.task(queue=QUEUE, name="privacy.purge", queueing_lock="privacy purge", pass_context=False)
def purge(timestamp: int) -> None:
    """Each night: what the organisations' rules say is too old goes, chunk by chunk."""
    close_old_connections()
    for rule in RetentionRule.objects.filter(paused_at=None).select_related("organisation"):
        with acting_for(rule.organisation_id):
            retaining.run(rule, now())


@app.periodic(cron="41 * * * *")
@app.task(queue=QUEUE, name="privacy.clear", queueing_lock="privacy clear")
def clear(timestamp: int) -> None:
    """Remove the files whose days are over."""
    close_old_connections()
    making.clear(now())
    packing.clear(now())
