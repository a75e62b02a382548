"""The message the demonstration sends: short, human, about one place and one Saturday."""

from datetime import date

from muster.content.masters import Words
from muster.places.models import TargetList

NAME = "Volunteer in your seat"
SUBJECT = "{first_name|Hello}, will you give {seat} one Saturday morning?"
BODY = """\
Dear {first_name|friend},

Last time, **{fact:majority}** decided {seat}. Most people who agree with us here were never \
asked to do anything about it.

I would like us to ask them. On **{date}** we meet to knock on doors, two by two, for two \
hours, with tea at the end. It does not matter if it is your first time: you will be with someone \
who has done it before. If doors are not for you, there is as much to do at a kitchen table:

- ring people who said they might help
- fold and deliver leaflets in your own street
- lend us a car, a front room or a good cake

Tell me what you could do and when. Somebody from {seat} will ring you back within two days.

Thank you,
{candidate}
"""
BUTTON = "I can help in {seat}"


def words(*, targets: TargetList, date: date) -> Words:
    """The demonstration's master, to be written or drafted."""
    return Words(NAME, SUBJECT, BODY, BUTTON, date=date, targets=targets)
