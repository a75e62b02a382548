"""The accounts through which an organisation speaks."""

from django.db import models

from muster.organisations.models import Organisation


class EmailAccount(models.Model):
    """A mail server that takes an organisation's e-mail, and the address it is sent from."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="email_accounts")
    name = models.CharField(max_length=100)
    provider = models.CharField(max_length=40, default="smtp")
    host = models.CharField(max_length=200)
    port = models.PositiveIntegerField(default=25)
    from_name = models.CharField(max_length=200)
    from_address = models.EmailField()
    connections = models.PositiveSmallIntegerField(default=4, help_text="Open at once, per worker")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="email_account_once"),
        ]

    def __str__(self) -> str:
        return f"{self.from_name} <{self.from_address}>"


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
