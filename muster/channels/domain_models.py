"""Domains e-mail comes from, and the names an organisation speaks in. Imported through `models`."""

from django.db import models

from muster.organisations.models import Member, Organisation, Unit


class SendingDomain(models.Model):
    """A domain in an organisation's addresses, and what DNS said of it when it was last asked.

    It is shown to be theirs while DNS holds their proof, or a key of theirs; one at a time.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="sending_domains")
    domain = models.CharField(max_length=253)
    token = models.CharField(max_length=40, help_text="Published, it proves whose domain it is")
    kept_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, help_text="Since when it is shown to be theirs")
    wanted_at = models.DateTimeField(null=True, help_text="Somebody asked for a fresh look")
    tried_at = models.DateTimeField(null=True, help_text="When DNS was last asked")
    answered_at = models.DateTimeField(null=True, help_text="When it last gave a whole answer")
    problem = models.CharField(max_length=300, blank=True, default="", help_text="Of the last try")
    found = models.JSONField(
        default=list, help_text="The last whole answer: code, state, words, record of each check"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "domain"], name="domain_once"),
            models.UniqueConstraint(
                fields=["domain"],
                condition=models.Q(verified_at__isnull=False),
                name="domain_is_ones",
            ),
        ]

    def __str__(self) -> str:
        return self.domain

    @property
    def is_waiting(self) -> bool:
        """Is a look under way that somebody asked for?"""
        if self.wanted_at is None:
            return False
        return self.tried_at is None or self.tried_at < self.wanted_at


class SenderIdentity(models.Model):
    """A name and an address that a unit's e-mail comes from."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="sender_identities")
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", help_text="Who writes there may send in this name"
    )
    domain = models.ForeignKey(SendingDomain, models.PROTECT, related_name="senders")
    name = models.CharField(max_length=200)
    address = models.EmailField()
    reply_to = models.EmailField(blank=True, default="", help_text="Empty: to the address itself")
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "unit", "name", "address"],
                condition=models.Q(ended_at=None),
                name="sender_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"
