"""The room's jobs."""

from django.db import close_old_connections
from procrastinate.contrib.django import app

from muster.channels import case_letters, letters
from muster.channels.domains import checking
from muster.channels.models import SendingDomain
from muster.lib.times import now
from muster.organisations.models import Organisation
from muster.organisations.scoping import acting_for, acting_for_owner
from muster.privacy.models import CaseLetter


@app.task(queue=letters.QUEUE, name=letters.JOB)
def send_notice(*, notice: int) -> None:
    """Send one letter about access. Run twice, it goes once."""
    close_old_connections()
    letters.send(notice, at=now())


@app.task(queue=letters.QUEUE, name=case_letters.JOB)
def send_case_letter(*, letter: int) -> None:
    """Tell somebody that we have what they asked. Run twice, it goes once."""
    close_old_connections()
    with acting_for_owner(CaseLetter, letter):
        case_letters.send(letter, at=now())


@app.task(queue=letters.QUEUE, name=checking.JOB)
def check_domain(*, domain: int) -> None:
    """Ask DNS about one domain. Run twice, it is asked twice."""
    close_old_connections()
    with acting_for_owner(SendingDomain, domain):
        checking.check(domain, now())


@app.periodic(cron="53 * * * *")
@app.task(queue=letters.QUEUE, queueing_lock="check_domains", pass_context=False)
def check_domains(timestamp: int) -> None:
    """Ask again about domains nobody asked about for a day."""
    for organisation in Organisation.objects.all():
        with acting_for(organisation.pk):
            checking.check_old(organisation, now())
