"""The e-mail services an account can be with, and what each needs to know."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing a service needs to know. A secret is sealed, and never shown again."""

    key: str
    label: str
    help: str = ""
    is_secret: bool = False
    is_needed: bool = True
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """One kind of account. `tells_back`: what to enter there so that bounces are told to us."""

    key: str
    name: str
    sentence: str
    asks: tuple[Asked, ...]
    tells_back: str = ""

    @property
    def secrets(self) -> tuple[Asked, ...]:
        return tuple(asked for asked in self.asks if asked.is_secret)


EVENTS = "bounces, complaints, deliveries and deferrals"
KEY = Asked("api_key", "API key", is_secret=True)
EUROPE = (("", "United States"), ("eu", "European Union"))

SERVICES = {
    service.key: service
    for service in (
        Service(
            "smtp",
            "A mail server (SMTP)",
            "Your own server, or any service's SMTP relay.",
            (
                Asked("username", "User name", "Leave empty if it asks for none.", is_needed=False),
                Asked("password", "Password", is_secret=True, is_needed=False),
            ),
        ),
        Service(
            "ses",
            "Amazon SES",
            "By its API, version 2.",
            (
                Asked("region", "Region", "Such as eu-west-2"),
                Asked("access_key", "Access key id"),
                Asked("secret_key", "Secret access key", is_secret=True),
                Asked(
                    "configuration_set",
                    "Configuration set",
                    "Its event destination tells us of bounces.",
                    is_needed=False,
                ),
            ),
            f"In the configuration set, an SNS topic of {EVENTS}, subscribed over HTTPS",
        ),
        Service(
            "mailgun",
            "Mailgun",
            "By its API.",
            (
                KEY,
                Asked("sender_domain", "Sending domain", "As verified at Mailgun"),
                Asked("region", "Region", choices=EUROPE, is_needed=False),
                Asked(
                    "signing_key",
                    "Webhook signing key",
                    "With it, Mailgun proves that what it tells us is from Mailgun.",
                    is_secret=True,
                    is_needed=False,
                ),
            ),
            f"Sending, Webhooks: {EVENTS}",
        ),
        Service(
            "postmark",
            "Postmark",
            "By its API, as a broadcast stream.",
            (
                Asked("server_token", "Server API token", is_secret=True),
                Asked("stream", "Message stream", "Such as broadcast", is_needed=False),
            ),
            f"The message stream, Webhooks: {EVENTS}",
        ),
        Service(
            "sendgrid",
            "SendGrid",
            "By its API, version 3.",
            (
                KEY,
                Asked(
                    "verification_key",
                    "Event webhook verification key",
                    "With it, SendGrid proves that what it tells us is from SendGrid.",
                    is_needed=False,
                ),
            ),
            f"Settings, Mail settings, Event webhook: {EVENTS}",
        ),
        Service(
            "brevo",
            "Brevo",
            "By its API, version 3.",
            (KEY,),
            f"Transactional, Settings, Webhook: {EVENTS}",
        ),
    )
}


def service_of(key: str) -> Service:
    """Raises `KeyError` for a service Muster does not speak with."""
    return SERVICES[key]
