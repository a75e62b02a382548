"""Tests of a message: to whoever asked, and to seeds."""

from django.db import models

from muster.organisations.models import Member, Organisation
from muster.places.models import Place


class Seed(models.Model):
    """An address of the organisation's own at some mailbox provider, to see how e-mail arrives."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="seeds")
    address = models.EmailField()
    kept_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "address"], name="seed_once"),
        ]


class Trial(models.Model):
    """One seat's e-mail sent to its writer, or to a seed, before anybody else gets it."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    message = models.ForeignKey("messaging.Message", models.CASCADE, related_name="trials")
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, related_name="+", help_text="Empty: it is for everybody"
    )
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    seed = models.ForeignKey(
        Seed, models.SET_NULL, null=True, related_name="+", help_text="Empty: to whoever asked"
    )
    to_seed = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True, default="")
