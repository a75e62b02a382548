"""What was found when a message was last looked at closely."""

from django.db import models

from muster.messaging.models import Message
from muster.organisations.models import Member, Organisation


class Preflight(models.Model):
    """A close look at every seat's letter, by a job: links visited, filters asked, people counted.

    It holds for the words, the sender and the audience it was made with (`digest`), no others.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    message = models.OneToOneField(Message, models.CASCADE, related_name="preflight")
    digest = models.CharField(max_length=64, help_text="SHA-256 of what it is about")
    asked_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    done = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    findings = models.JSONField(default=list)
