"""A message's press, planned for a time to come."""

from datetime import timedelta

from django.db import models

from muster.messaging.timing.rules import Timing
from muster.organisations.models import Member, Organisation


class Plan(models.Model):
    """The press that comes by itself at `goes_at`, as whoever planned it.

    Everything is asked again then. In force until it ended: it was pressed, changed for another
    plan, called off, or refused (`problem`).
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    message = models.ForeignKey("messaging.Message", models.CASCADE, related_name="plans")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    goes_at = models.DateTimeField()
    spread_s = models.PositiveIntegerField(default=0)
    share_percent = models.PositiveSmallIntegerField(null=True)
    rest_after_s = models.PositiveIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", help_text="Empty: its time had come"
    )
    sending = models.OneToOneField(
        "messaging.Sending", models.CASCADE, null=True, related_name="plan"
    )
    problem = models.CharField(max_length=1000, default="", help_text="Why it could not go out")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message"], condition=models.Q(ended_at=None), name="planned_once"
            ),
        ]

    @property
    def timing(self) -> Timing:
        after = self.rest_after_s
        return Timing(
            self.goes_at,
            timedelta(seconds=self.spread_s),
            self.share_percent,
            None if after is None else timedelta(seconds=after),
        )
