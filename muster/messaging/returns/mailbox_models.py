"""The mailboxes that what comes back arrives in, and each message that was found there."""

from django.db import models

from muster.organisations.models import Member, Organisation


class Mailbox(models.Model):
    """A place where mail for the organisation arrives: a folder of this machine, or by IMAP."""

    class Kind(models.TextChoices):
        MAILDIR = "maildir", "A folder on this machine (maildir)"
        IMAP = "imap", "A mailbox elsewhere (IMAP)"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="mailboxes")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    host = models.CharField(max_length=200, blank=True, default="")
    port = models.PositiveIntegerField(default=993)
    username = models.CharField(max_length=200, blank=True, default="")
    sealed = models.TextField(blank=True, default="", help_text="Its password, sealed")
    folder = models.CharField(
        max_length=200, default="INBOX", help_text="Of a maildir: its name among the organisation's"
    )
    is_on = models.BooleanField(default=True)
    kept_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    kept_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, help_text="When it was last read to the end")
    problem = models.CharField(max_length=300, blank=True, default="")
    problem_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="mailbox_named_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Arrival(models.Model):
    """One message found in a mailbox, by its bytes: taken in once, however often it is found."""

    class Outcome(models.TextChoices):
        RETURNED = "returned", "About a message of ours"
        ANSWER = "answer", "A person's answer"
        AUTOMATIC = "automatic", "An automatic answer"
        NOTHING = "nothing", "Nothing comes of it"
        ASIDE = "aside", "Kept aside"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="arrivals")
    digest = models.CharField(max_length=64, help_text="SHA-256 of its bytes")
    name = models.CharField(max_length=200, help_text="What the mailbox calls it")
    size = models.BigIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "digest"], name="arrival_once"),
        ]
        indexes = [models.Index(fields=["mailbox", "outcome", "-at"], name="arrival_newest")]
