"""What was learnt of the pace that accounts and domains take, and the days of a warm-up."""

from django.db import models

from muster.channels.models import EmailAccount
from muster.organisations.models import Member, Organisation


class Pace(models.Model):
    """How many a second may go by one account to one receiving domain; domain "": to all of them.

    There is a row only where somebody refused mail for coming too fast. It halves at each such
    refusal, grows while mail is accepted, and goes away an hour after the last refusal.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    account = models.ForeignKey(EmailAccount, models.CASCADE, related_name="paces")
    domain = models.CharField(max_length=253, blank=True, default="")
    per_second = models.FloatField()
    rests_until = models.DateTimeField()
    refusals = models.PositiveSmallIntegerField(default=0, help_text="In a row")
    refused_at = models.DateTimeField()
    learnt_at = models.DateTimeField()
    why = models.CharField(max_length=200, help_text="What was said")
    next_at = models.DateTimeField(help_text="Its turns are given up to here")
    queue_until = models.DateTimeField(help_text="Whoever is put off now comes after this")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "domain"], name="pace_once"),
            models.CheckConstraint(condition=models.Q(per_second__gt=0), name="pace_above_nothing"),
        ]


class WarmUp(models.Model):
    """A new account's plan: so many messages a day, more each day, until it is known."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    account = models.OneToOneField(EmailAccount, models.CASCADE, related_name="warm_up")
    begun_on = models.DateField(help_text="Its first day, on the organisation's own calendar")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()


class WarmDay(models.Model):
    """How many of one day's messages are gone, or being handed over."""

    warm_up = models.ForeignKey(WarmUp, models.CASCADE, related_name="days")
    day = models.DateField()
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["warm_up", "day"], name="warm_day_once")]


class Cap(models.Model):
    """The organisation's own limit: so many marketing messages to one person in so many days, on
    all channels together. What each person chose themselves holds beside it."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="cap")
    most = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField()
    kept_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(most__gt=0, days__gt=0, days__lte=366), name="cap_within_reason"
            ),
        ]
