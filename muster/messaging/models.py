"""Messages to named people: what goes out, to whom, and how each one ended."""

from datetime import datetime
from typing import Self

from django.db import models

from muster.actions.models import ActionPage
from muster.audiences.models import Audience, Freeze
from muster.channels.domains import speaking
from muster.channels.models import EmailAccount, SenderIdentity
from muster.content.models import Master
from muster.organisations.models import Member, Organisation
from muster.places.models import Place, TargetList


class Message(models.Model):
    """One e-mail to the consenting supporters of every seat in a target list."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="messages")
    master = models.OneToOneField(Master, models.PROTECT, related_name="message")
    target_list = models.ForeignKey(
        TargetList, models.PROTECT, null=True, related_name="+", help_text="Empty for service mail"
    )
    audience = models.ForeignKey(
        Audience,
        models.PROTECT,
        null=True,
        related_name="messages",
        help_text="Only to those of the seats who are in it; empty: everybody",
    )
    page = models.ForeignKey(ActionPage, models.PROTECT, related_name="+")
    account = models.ForeignKey(EmailAccount, models.PROTECT, related_name="+")
    sender = models.ForeignKey(
        SenderIdentity,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="In whose name; empty: in the account's own",
    )
    purpose = models.CharField(max_length=20, default="marketing")
    goes_with_launch = models.BooleanField(
        default=False, help_text="Armed and let go by its launch: not pressed by itself"
    )
    goes_with_journey = models.BooleanField(
        default=False, help_text="Sent by the steps of journeys, to each as they come to it"
    )
    is_urgent = models.BooleanField(
        default=False, help_text="Passes the organisation's own limit, never a person's choice"
    )
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["page"],
                condition=models.Q(purpose="service"),
                name="one_confirmation_a_page",
            ),
        ]

    @property
    def spoken(self) -> EmailAccount:
        """Its account, as it speaks in the sender's name."""
        return speaking.in_name_of(self.account, self.sender)

    @property
    def goes_out(self) -> "Plan | None":
        """Its plan in force; asked once for many where they are `plans_in_force`."""
        plans = getattr(self, "plans_in_force", None)
        if plans is None:
            plans = self.plans.filter(ended_at=None).select_related("by")
        return next(iter(plans), None)


class SendingQuerySet(models.QuerySet["Sending"]):
    def in_earnest(self) -> Self:
        """Without rehearsals, what was disarmed, and the open-ended ones of service mail."""
        other = [Sending.State.OPEN, Sending.State.DISARMED]
        return self.filter(is_rehearsal=False).exclude(state__in=other)

    def asking(self) -> Self:
        """All that asks something of people: those in earnest, and the open-ended of journeys."""
        earnest = self.filter(is_rehearsal=False).exclude(state=Sending.State.DISARMED)
        return earnest.exclude(message__purpose="service")


class Sending(models.Model):
    """One message to everyone it may reach, once each: laid out, then let go at the press.

    A plain message is let go as soon as it is laid out; one that goes with a launch waits, armed,
    for Go. Rehearsals go to a mailbox of Muster's own, and nothing happens to anyone. Service
    mail has an open-ended sending a month, to which deliveries are added as people act.
    """

    class State(models.TextChoices):
        LAYING_OUT = "laying_out", "Laying out"
        ARMED = "armed", "Armed"
        RELEASING = "releasing", "Releasing"
        STOPPED = "stopped", "Stopped"
        FINISHED = "finished", "Finished"
        DISARMED = "disarmed", "Disarmed"
        OPEN = "open", "Open-ended"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="sendings")
    message = models.ForeignKey(Message, models.PROTECT, related_name="sendings")
    month = models.DateField(
        help_text="First day of the month it was pressed or armed in: never changes"
    )
    state = models.CharField(max_length=12, choices=State.choices)
    is_rehearsal = models.BooleanField(default=False)
    per_seat = models.PositiveIntegerField(
        null=True, help_text="A rehearsal's most for each seat; empty: everybody"
    )
    pressed_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", help_text="Or who armed it"
    )
    pressed_at = models.DateTimeField(help_text="Or armed")
    went_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    went_at = models.DateTimeField(null=True, help_text="Go: its clocks count from here")
    topped_up_at = models.DateTimeField(
        null=True, help_text="When those who joined between arming and Go were added"
    )
    stopped_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField(null=True)
    given_up_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    given_up_at = models.DateTimeField(
        null=True, help_text="From here on whoever waits is left out"
    )
    given_up_why = models.CharField(max_length=200, default="")
    spread_s = models.PositiveIntegerField(default=0, help_text="Evenly over so many seconds")
    share_percent = models.PositiveSmallIntegerField(
        null=True, help_text="Who got it first, picked at random; empty: everybody"
    )
    rest_after_s = models.PositiveIntegerField(
        null=True, help_text="The rest by itself so long after the first"
    )
    rest_due_at = models.DateTimeField(null=True, help_text="When the rest goes by itself")
    rest_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    rest_at = models.DateTimeField(null=True, help_text="When the rest was let go")
    rest_queued_at = models.DateTimeField(null=True, help_text="When all of it had its turns")
    finished_at = models.DateTimeField(null=True)
    audience = models.PositiveIntegerField(default=0, help_text="People laid out, with an end each")
    freeze = models.ForeignKey(
        Freeze, models.PROTECT, null=True, related_name="+", help_text="Who was in its audience"
    )

    objects = SendingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message"],
                condition=models.Q(is_rehearsal=False) & ~models.Q(state__in=["open", "disarmed"]),
                name="pressed_once",
            ),
            models.UniqueConstraint(
                fields=["message", "month"],
                condition=models.Q(state="open"),
                name="open_once_a_month",
            ),
        ]

    @property
    def began_at(self) -> datetime:
        """What its clocks count from: Go, or the press of one that has not gone yet."""
        return self.went_at or self.pressed_at

    @property
    def rest_waits(self) -> bool:
        """Has a share of it gone first, and nobody let the rest go yet?"""
        return bool(self.share_percent) and self.rest_at is None and self.given_up_at is None


class SeatHold(models.Model):
    """A seat of one sending that nothing goes out to, as long as this row is there.

    A withdrawn one is held for good, and whoever still waited in it is left out.
    """

    sending = models.ForeignKey(Sending, models.CASCADE, related_name="holds", db_index=False)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False)
    held_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", help_text="Empty: Muster, at Go"
    )
    held_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sending", "place"], name="seat_held_once"),
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


# Models with a file of their own, which point back here.
from muster.messaging.inbox.models import Conversation as Conversation  # noqa: E402, PLC0414
from muster.messaging.inbox.models import ConversationLine as ConversationLine  # noqa: E402, PLC0414
from muster.messaging.journeys.models import Journey as Journey  # noqa: E402, PLC0414
from muster.messaging.journeys.models import Passage as Passage  # noqa: E402, PLC0414
from muster.messaging.journeys.models import Step as Step  # noqa: E402, PLC0414
from muster.messaging.journeys.models import Traveller as Traveller  # noqa: E402, PLC0414
from muster.messaging.live.models import DeferTally as DeferTally  # noqa: E402, PLC0414
from muster.messaging.live.models import ReasonTally as ReasonTally  # noqa: E402, PLC0414
from muster.messaging.live.models import Sample as Sample  # noqa: E402, PLC0414
from muster.messaging.live.models import SeatTally as SeatTally  # noqa: E402, PLC0414
from muster.messaging.live.models import ToldTally as ToldTally  # noqa: E402, PLC0414
from muster.messaging.news.models import News as News  # noqa: E402, PLC0414
from muster.messaging.opens.models import OpenCount as OpenCount  # noqa: E402, PLC0414
from muster.messaging.opens.models import Opened as Opened  # noqa: E402, PLC0414
from muster.messaging.pace.models import Cap as Cap  # noqa: E402, PLC0414
from muster.messaging.pace.models import Pace as Pace  # noqa: E402, PLC0414
from muster.messaging.pace.models import WarmDay as WarmDay  # noqa: E402, PLC0414
from muster.messaging.pace.models import WarmUp as WarmUp  # noqa: E402, PLC0414
from muster.messaging.preflight.models import Preflight as Preflight  # noqa: E402, PLC0414
from muster.messaging.returns.mailbox_models import Arrival as Arrival  # noqa: E402, PLC0414
from muster.messaging.returns.mailbox_models import Mailbox as Mailbox  # noqa: E402, PLC0414
from muster.messaging.returns.models import Rest as Rest  # noqa: E402, PLC0414
from muster.messaging.returns.models import Return as Return  # noqa: E402, PLC0414
from muster.messaging.timing.models import Plan as Plan  # noqa: E402, PLC0414
from muster.messaging.trial_models import Seed as Seed  # noqa: E402, PLC0414
from muster.messaging.trial_models import Trial as Trial  # noqa: E402, PLC0414
