"""What hosted services told us, each thing once."""

from django.db import models

from muster.channels.models import EmailAccount
from muster.organisations.models import Organisation


class News(models.Model):
    """One thing a service told of one message; known again by its name.

    Whom it is about is kept until it was worked, and goes then: what came of it is the person's.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    account = models.ForeignKey(EmailAccount, models.CASCADE, related_name="news")
    event = models.CharField(max_length=64)
    kind = models.CharField(max_length=12, help_text="Of a return, or unsubscribed, or asked")
    code = models.CharField(max_length=64, help_text="The delivery's; empty: worked, or not told")
    address = models.CharField(max_length=320, help_text="Empty: worked, or not told")
    words = models.CharField(max_length=1000)
    at = models.DateTimeField(help_text="When it happened")
    heard_at = models.DateTimeField()
    worked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "event"], name="news_once"),
            models.CheckConstraint(
                condition=models.Q(worked_at=None) | models.Q(code="", address=""),
                name="news_worked_is_nobodys",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "id"],
                condition=models.Q(worked_at=None),
                name="news_waits",
            ),
            models.Index(fields=["account", "heard_at"], name="news_of_account"),
        ]
