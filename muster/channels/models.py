"""The accounts through which an organisation speaks."""

import uuid

from django.db import models

from muster.organisations.models import Member, Organisation


class EmailAccount(models.Model):
    """A mail server or a hosted service that takes an organisation's e-mail (see `services`), and
    the address it is sent from. Those of one domain stand in for each other, in their order."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="email_accounts")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100)
    provider = models.CharField(max_length=40, default="smtp")
    host = models.CharField(
        max_length=200, blank=True, help_text="The mail server; of a hosted service: empty"
    )
    port = models.PositiveIntegerField(default=25)
    from_name = models.CharField(max_length=200)
    from_address = models.EmailField()
    connections = models.PositiveSmallIntegerField(default=4, help_text="Open at once, per worker")
    return_domain = models.CharField(
        max_length=253,
        blank=True,
        default="",
        help_text="Where what comes back is sent; empty: to the address it is from",
    )
    options = models.JSONField(default=dict, blank=True, help_text="What its service needs to know")
    sealed = models.TextField(blank=True, default="", help_text="Its secrets, sealed")
    is_on = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0, help_text="Its turn to stand in")
    trouble = models.CharField(
        max_length=300, blank=True, default="", help_text="Why it last took nothing"
    )
    trouble_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="email_account_once"),
        ]

    def __str__(self) -> str:
        return f"{self.from_name} <{self.from_address}>"

    @property
    def is_hosted(self) -> bool:
        """Does a hosted service take it, which builds and signs the messages itself?"""
        return self.provider != "smtp"

    @property
    def leads_somewhere(self) -> bool:
        return self.is_hosted or bool(self.host)

    @property
    def domain(self) -> str:
        return self.from_address.rpartition("@")[2].lower()


class SigningKey(models.Model):
    """A key that e-mail from one domain is signed with (DKIM), published in DNS by the domain's
    keeper. It signs from the moment somebody says that it is published."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="signing_keys")
    domain = models.CharField(max_length=253)
    selector = models.CharField(max_length=63)
    sealed = models.TextField(help_text="The private key, readable with the machine's secret only")
    record = models.CharField(max_length=500, help_text="What is published in DNS")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    signs_since = models.DateTimeField(null=True)
    signs_by = models.ForeignKey(Member, models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "domain", "selector"], name="signing_key_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "domain"],
                condition=models.Q(signs_since__isnull=False, ended_at=None),
                name="signing_key_signs_alone",
            ),
            models.UniqueConstraint(
                fields=["organisation", "domain"],
                condition=models.Q(signs_since=None, ended_at=None),
                name="signing_key_waits_alone",
            ),
        ]

    def __str__(self) -> str:
        return self.place

    @property
    def place(self) -> str:
        """The name in DNS where receivers look for it."""
        return f"{self.selector}._domainkey.{self.domain}"


class NetworkAccount(models.Model):
    """An account at a social network, or with an advertising platform."""

    class Kind(models.TextChoices):
        SOCIAL = "social", "Social network"
        ADS = "ads", "Advertising"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="network_accounts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    provider = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    handle = models.CharField(max_length=100, help_text="What the network calls it, without @")
    address = models.URLField(help_text="Where the service answers")
    is_on = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "name"], name="network_account_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (@{self.handle})"


# Models with a file of their own.
from muster.channels.domain_models import SenderIdentity as SenderIdentity  # noqa: E402, PLC0414
from muster.channels.domain_models import SendingDomain as SendingDomain  # noqa: E402, PLC0414
