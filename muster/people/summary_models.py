"""One narrow row for each person, of what audiences ask most; and whose is out of date."""

from django.db import models

from muster.organisations.models import Organisation


class Way(models.IntegerChoices):
    """Whether one person may be reached on one channel; if not, the first thing in the way."""

    NO_ADDRESS = 0, "No address"
    DEAD = 1, "Address no longer takes anything"
    STOPPED = 2, "Asked not to be contacted"
    UNSAID = 3, "Never said yes"
    REFUSED = 4, "Said no"
    BOUNCING = 5, "Reachable, though it has bounced"
    OPEN = 6, "Reachable"


class Summary(models.Model):
    """One narrow row a person: what audiences ask most, worked out by `summing_up`.

    Of each channel the way (`Way`) and the latest word on marketing: 0 none, 1 yes, 2 no.
    Never the truth itself: whatever is sent asks consent, suppression and law again.
    """

    person_id = models.BigIntegerField(primary_key=True)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    seat_id = models.BigIntegerField(null=True)
    joined_at = models.DateTimeField()
    email = models.SmallIntegerField(default=0)
    sms = models.SmallIntegerField(default=0)
    call = models.SmallIntegerField(default=0)
    post = models.SmallIntegerField(default=0)
    email_said = models.SmallIntegerField(default=0)
    sms_said = models.SmallIntegerField(default=0)
    call_said = models.SmallIntegerField(default=0)
    post_said = models.SmallIntegerField(default=0)

    class Meta:
        # Everything a count and the page beneath it ask, so that they read the index alone.
        indexes = [
            models.Index(
                fields=["organisation", "seat_id"],
                include=["person_id", "joined_at", "email", "sms", "call", "post"],
                name="summary_seat",
            ),
        ]


class Touched(models.Model):
    """Someone whose summary is out of date: written by the database as rows change."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    person_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "person_id"], name="touched_next")]
