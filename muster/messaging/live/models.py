"""What is counted along the way, so that a page need not look through a million deliveries."""

from django.db import models


class SeatTally(models.Model):
    """How the deliveries of one sending stand in one seat, as far as one slot has settled them.

    Primary key in the database: sending, place (0: none), slot. Slot 0 holds the total laid out;
    each sender adds to a slot of its own in the transaction that settles, so that senders do not
    wait for each other and a page need not count a million rows. A view sums the slots.
    """

    pk = models.CompositePrimaryKey("sending_id", "place_id", "slot")
    sending_id = models.BigIntegerField()
    place_id = models.BigIntegerField()
    slot = models.SmallIntegerField()
    total = models.IntegerField(default=0)
    delivered = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    left_out = models.IntegerField(default=0)
    uncertain = models.IntegerField(default=0)
    first_at = models.DateTimeField(null=True, help_text="The first delivered in this seat")


class ReasonTally(models.Model):
    """How many were left out of one sending for one reason. Key: sending, rule, reason, slot."""

    pk = models.CompositePrimaryKey("sending_id", "rule", "reason", "slot")
    sending_id = models.BigIntegerField()
    rule = models.CharField(max_length=20)
    reason = models.CharField(max_length=200)
    slot = models.SmallIntegerField()
    people = models.IntegerField(default=0)


class DeferTally(models.Model):
    """How many of one sending were refused for now for one reason, and wait to go again.

    Key: sending, reason, slot. A lane adds whom it puts off and takes away whom it takes up again,
    in slots of its own: only the sum over the slots means anything.
    """

    pk = models.CompositePrimaryKey("sending_id", "reason", "slot")
    sending_id = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    slot = models.SmallIntegerField()
    people = models.IntegerField(default=0)


class ToldTally(models.Model):
    """How often a hosted service told one thing of one sending's messages. Key: sending, kind."""

    pk = models.CompositePrimaryKey("sending_id", "kind")
    sending_id = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    times = models.IntegerField(default=0)


class Sample(models.Model):
    """How far one sending had come at a moment: what its rate is drawn from."""

    sending = models.ForeignKey("messaging.Sending", models.CASCADE, related_name="samples")
    at = models.DateTimeField()
    delivered = models.PositiveIntegerField()
    done = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sending", "at"], name="sampled_once"),
        ]
