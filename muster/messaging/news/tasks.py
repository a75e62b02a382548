"""The jobs of what services tell, on the queue "clock". Each may run twice without harm."""

from django.db import close_old_connections
from procrastinate.contrib.django import app

from muster.lib.times import now
from muster.messaging.news import working
from muster.organisations.models import Organisation
from muster.organisations.scoping import acting_for

QUEUE = "clock"


@app.periodic(cron="* * * * * */5")
@app.task(queue=QUEUE, name="messaging.work_news", queueing_lock="work news")
def work_news(timestamp: int) -> None:
    """What services told is kept by the public app; here it is worked."""
    close_old_connections()
    for pk in Organisation.objects.values_list("pk", flat=True):
        with acting_for(pk):
            while working.work(pk, now()):
                pass


@app.periodic(cron="41 4 * * *")
@app.task(queue=QUEUE, name="messaging.clear_news", queueing_lock="clear news")
def clear_news(timestamp: int) -> None:
    """What was worked long ago goes."""
    close_old_connections()
    for pk in Organisation.objects.values_list("pk", flat=True):
        with acting_for(pk):
            working.clear(pk, now())
