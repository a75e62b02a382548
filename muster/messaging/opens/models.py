"""Whether an organisation asks to count opens, and what those who agreed opened."""

from django.db import models

from muster.messaging.models import Sending
from muster.organisations.models import Member, Organisation
from muster.people.models import Person, Wording


class OpenCount(models.Model):
    """The organisation counts opens of those who agree to these words; no row: of nobody."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="open_count")
    wording = models.ForeignKey(Wording, models.PROTECT, related_name="+")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Opened(models.Model):
    """One person's message was opened: when first by them, and when first by a machine.

    Codes and times only: neither where from nor with what. A machine's is never a person's.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    sending = models.ForeignKey(Sending, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    opened_at = models.DateTimeField(null=True, help_text="Empty: by machines alone")
    machine_at = models.DateTimeField(null=True, help_text="Empty: by no machine we know")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sending", "person"], name="opened_once"),
        ]
