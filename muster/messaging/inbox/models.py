"""Conversations: what people write to us, and what we answer."""

import uuid

from django.db import models

from muster.channels.models import EmailAccount
from muster.organisations.models import Member, Organisation
from muster.people.models import Person
from muster.places.models import Place


class Conversation(models.Model):
    """What one person, or one unknown address, and we wrote to each other about one thing.

    In reach by its seat, the person's; an unknown sender's has none and is head office's.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="conversations")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        Person, models.CASCADE, null=True, related_name="conversations", help_text="Empty: unknown"
    )
    seat = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+", db_index=False)
    address = models.EmailField(help_text="Where they last wrote from, and are answered")
    name = models.CharField(max_length=200, blank=True, default="", help_text="As they sign it")
    subject = models.CharField(max_length=200)
    sending = models.ForeignKey(
        "messaging.Sending",
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text="What they answered",
    )
    account = models.ForeignKey(
        EmailAccount, models.SET_NULL, null=True, related_name="+", help_text="What answers"
    )
    assigned_to = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    last_was_ours = models.BooleanField(default=False)
    asks_to_stop = models.BooleanField(
        default=False, help_text="They may want no more e-mail, and nobody has decided yet"
    )
    stopped_at = models.DateTimeField(null=True, help_text="Unsubscribed by what they wrote")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-last_at"], name="conversation_newest"),
        ]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def who(self) -> str:
        """Whose it is, in a word."""
        if self.person:
            named = f"{self.person.given_name} {self.person.family_name}".strip()
            return named or self.address
        return self.name or self.address


class ConversationLine(models.Model):
    """One e-mail of a conversation, theirs or ours. Ours is claimed before it is handed over, so
    that it goes once; one that was claimed and never answered for is uncertain."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="lines")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    is_ours = models.BooleanField()
    is_automatic = models.BooleanField(default=False)
    text = models.TextField(help_text="Plain words")
    quoted = models.TextField(blank=True, default="", help_text="What they left of ours beneath")
    address = models.EmailField(blank=True, default="", help_text="Theirs, at the time")
    message_id = models.CharField(max_length=255, blank=True, default="")
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "message_id"],
                condition=~models.Q(message_id=""),
                name="line_once",
            ),
        ]
        indexes = [models.Index(fields=["message_id"], name="line_message_id")]

    @property
    def state(self) -> str:
        """Of ours: "waiting", "sent", "failed" or "uncertain"."""
        if self.problem:
            return "failed"
        if self.sent_at:
            return "sent"
        return "uncertain" if self.claimed_at else "waiting"
