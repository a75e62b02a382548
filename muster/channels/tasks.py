"""The room's jobs."""

from django.db import close_old_connections
from procrastinate.contrib.django import app

from muster.channels import case_letters, letters
from muster.lib.times import now
from muster.organisations.scoping import acting_for_owner
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
