"""Webhooks: programs elsewhere that are told what happened here, and every try to tell them."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q

from muster.organisations.models import Member, Organisation, Unit


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def open(self) -> Self:
        """Those that are told as things happen: neither ended nor paused."""
        return self.filter(ended_at=None, paused_at=None)


class Subscription(models.Model):
    """One address that is told of some kinds of facts.

    It has read the journal up to (`read_xid`, `read_id`): below the oldest transaction that was
    running then, so that a slow commit is never passed over. Nothing of a person is kept here.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="webhooks")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100)
    url = models.CharField(max_length=500)
    kinds = models.JSONField(help_text="Kinds of facts it is told of")
    with_people = models.BooleanField(
        default=False, help_text="Tells names and contacts too; else codes only"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", help_text="Only its places"
    )
    secret = models.CharField(max_length=100, help_text="Signs what is sent")
    old_secret = models.CharField(max_length=100, blank=True, default="")
    old_until = models.DateTimeField(null=True, blank=True, help_text="Signs beside it until then")
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    read_xid = models.BigIntegerField()
    read_id = models.BigIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_index=False
    )
    paused_why = models.CharField(max_length=200, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = SubscriptionQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> Self:
        return self.filter(delivered_at=None, gave_up_at=None)


class Delivery(models.Model):
    """One fact to tell one subscription. What is sent is made anew for each try from the fact."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    subscription = models.ForeignKey(
        Subscription, models.CASCADE, related_name="deliveries", db_index=False
    )
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    fact_id = models.BigIntegerField()
    fact_at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    begun_at = models.DateTimeField(help_text="When its tries began: they go on for three days")
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True, blank=True)
    gave_up_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "fact_id"], name="webhook_told_once"),
            models.CheckConstraint(
                condition=Q(delivered_at=None) | Q(gave_up_at=None), name="webhook_one_end"
            ),
        ]
        indexes = [
            models.Index(
                fields=["subscription", "due_at"],
                condition=Q(delivered_at=None, gave_up_at=None),
                name="webhook_due",
            ),
            models.Index(F("subscription"), F("fact_id").desc(), name="webhook_latest"),
        ]


class Attempt(models.Model):
    """One try: what was answered, or why nothing was."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, help_text="None: no answer")
    ms = models.PositiveIntegerField(help_text="Milliseconds it took")
    words = models.CharField(max_length=200, blank=True, default="")
