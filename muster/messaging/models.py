"""Messages to named people: what goes out, to whom, and how each one ended."""

from django.db import models

from muster.actions.models import ActionPage
from muster.channels.models import EmailAccount
from muster.content.models import Master
from muster.organisations.models import Member, Organisation
from muster.places.models import TargetList


class Message(models.Model):
    """One e-mail to the consenting supporters of every seat in a target list."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="messages")
    master = models.OneToOneField(Master, models.PROTECT, related_name="message")
    target_list = models.ForeignKey(
        TargetList, models.PROTECT, null=True, related_name="+", help_text="Empty for service mail"
    )
    page = models.ForeignKey(ActionPage, models.PROTECT, related_name="+")
    account = models.ForeignKey(EmailAccount, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=20, default="marketing")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["page"],
                condition=models.Q(purpose="service"),
                name="one_confirmation_a_page",
            ),
        ]


class Sending(models.Model):
    """The press: one message to everyone it may reach, once each.

    Service mail has an open-ended sending a month, to which deliveries are added as people act.
    """

    class State(models.TextChoices):
        LAYING_OUT = "laying_out", "Laying out"
        RELEASING = "releasing", "Releasing"
        STOPPED = "stopped", "Stopped"
        FINISHED = "finished", "Finished"
        OPEN = "open", "Open-ended"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="sendings")
    message = models.ForeignKey(Message, models.PROTECT, related_name="sendings")
    month = models.DateField(help_text="First day of the month it was pressed in: never changes")
    state = models.CharField(max_length=12, choices=State.choices)
    pressed_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    pressed_at = models.DateTimeField()
    stopped_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    audience = models.PositiveIntegerField(default=0, help_text="People laid out, with an end each")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message"], condition=~models.Q(state="open"), name="pressed_once"
            ),
            models.UniqueConstraint(
                fields=["message", "month"],
                condition=models.Q(state="open"),
                name="open_once_a_month",
            ),
        ]


class Sender(models.Model):
    """A process that hands messages over, and where its hand-over log lies."""

    code = models.UUIDField(unique=True)
    host = models.CharField(max_length=200)
    boot = models.CharField(
        max_length=60, help_text="The machine's boot id: another one, log or not"
    )
    log = models.CharField(max_length=500)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Delivery(models.Model):
    """One person's message in one sending. Primary key in the database: month, sending, person.

    Partitioned by the sending's month; nothing points at it.
    """

    class State(models.IntegerChoices):
        WAITING = 0, "Waiting"
        CLAIMED = 1, "Being handed over"
        DELIVERED = 2, "Delivered"
        FAILED = 3, "Failed"
        LEFT_OUT = 4, "Left out"
        UNCERTAIN = 5, "Uncertain"

    pk = models.CompositePrimaryKey("month", "sending_id", "person_id")
    organisation_id = models.BigIntegerField()
    month = models.DateField()
    sending_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    place_id = models.BigIntegerField(null=True)
    turn = models.IntegerField(
        help_text="Row number within the seat: every seat's first goes first"
    )
    chunk = models.IntegerField()
    state = models.SmallIntegerField(choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()
    sender_id = models.BigIntegerField(null=True)
    fence = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)
    consent_event_id = models.BigIntegerField(null=True, help_text="The consent it went out on")
    rule = models.CharField(
        max_length=20, default="", help_text="The rule that decided, if one did"
    )
    reason = models.CharField(max_length=200, default="", help_text="Or the server's answer")
    ended_at = models.DateTimeField(null=True)


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
