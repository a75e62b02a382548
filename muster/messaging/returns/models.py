"""What came back, and the addresses that rest for it."""

from django.db import models

from muster.lib.bounces import Kind
from muster.organisations.models import Organisation
from muster.people.models import ContactPoint, Person


class Return(models.Model):
    """One thing heard of one message after (or instead of) its arrival.

    Each is known by what its source calls it, so that hearing it twice is hearing it once. What is
    to come of it is done when `acted_at` is set.
    """

    KINDS = [(str(kind), kind.value.replace("_", " ").capitalize()) for kind in Kind]

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="returns")
    sending = models.ForeignKey(
        "messaging.Sending",
        models.CASCADE,
        null=True,
        related_name="returns",
        help_text="With the person, the delivery it is about; empty: only the address was named",
    )
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="+", help_text="Empty: erased since"
    )
    point = models.ForeignKey(
        ContactPoint, models.SET_NULL, null=True, related_name="+", help_text="The address it is of"
    )
    kind = models.CharField(max_length=12, choices=KINDS)
    status = models.CharField(max_length=12, default="", help_text="As 5.1.1 (RFC 3463)")
    words = models.CharField(max_length=300, default="", help_text="The reason, without addresses")
    source = models.CharField(
        max_length=20, help_text="answer (of the mail server), mailbox, or a provider's name"
    )
    event = models.CharField(max_length=200, help_text="What the source calls it")
    was_delivered = models.BooleanField(
        default=False, help_text="The first failure of a message that counted as delivered"
    )
    at = models.DateTimeField()
    acted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "source", "event"], name="return_heard_once"
            ),
            models.UniqueConstraint(
                fields=["sending", "person"],
                condition=models.Q(was_delivered=True),
                name="came_back_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "id"],
                condition=models.Q(acted_at=None),
                name="return_waits",
            ),
        ]


class Rest(models.Model):
    """An address that failed for reasons that pass is left alone until then, and tried again."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    point = models.ForeignKey(ContactPoint, models.CASCADE, related_name="rests")
    began_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["point", "began_at"], name="rest_once"),
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("began_at")), name="rest_ends_later"
            ),
        ]
