"""What a hosted service tells us, believed and read by anymail's own views.

They are Django's; here they are asked for their checks and their reading alone, with a request made
of the bytes that came. Nothing is asked of any service, and no person's opens or clicks are kept.
"""

import hashlib
import warnings
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import Any

from anymail.exceptions import AnymailWebhookValidationFailure
from django.core.handlers.wsgi import WSGIRequest
from django.utils.module_loading import import_string

from muster.channels.telling import (
    USER,
    CannotRead,
    Listening,
    NoProof,
    NotNow,
    NotTheirs,
    Told,
    What,
)
from muster.providers.hosted import amazon, lasting, sns
from muster.providers.hosted.parts import CODE

VIEWS = {
    "ses": "anymail.webhooks.amazon_ses.AmazonSESTrackingWebhookView",
    "mailgun": "anymail.webhooks.mailgun.MailgunTrackingWebhookView",
    "postmark": "anymail.webhooks.postmark.PostmarkTrackingWebhookView",
    "sendgrid": "anymail.webhooks.sendgrid.SendGridTrackingWebhookView",
    "brevo": "anymail.webhooks.brevo.BrevoTrackingWebhookView",
}
# Opens and clicks are not among them: nobody agreed that a service counts them (PECR-6).
MEANS = {
    "delivered": What.ARRIVED,
    "deferred": What.DELAYED,
    "bounced": What.BOUNCED,
    "rejected": What.DROPPED,
    "failed": What.DROPPED,
    "complained": What.COMPLAINED,
    "unsubscribed": What.UNSUBSCRIBED,
    "autoresponded": What.ANSWERED,
}
BY_REASON = {"spam": What.COMPLAINED, "unsubscribed": What.UNSUBSCRIBED}
LONGEST = 300


def read(account: Listening, body: bytes, headers: Mapping[str, str]) -> list[Told]:
    """Everything told in one request. Raises `NoProof`, `NotTheirs`, `NotNow`,
    `CannotRead`."""
    if "authorization" not in headers:
        raise NoProof
    if account.provider == "mailgun" and not account.keys.get("signing_key"):
        raise NotTheirs
    view = _view(account.provider, account.password, _key_of(account))
    asked = _request(body, headers)
    try:
        view.run_validators(asked)
        if account.provider == "ses":
            sns.check(body)
        told = view.parse_events(asked)
        named = [_named(event) for event in told]
        found = [_told(account.provider, event) for event in named if event.event_type in MEANS]
        return found + (amazon.asked(body) if account.provider == "ses" else [])
    except AnymailWebhookValidationFailure:
        raise NotTheirs from None
    except (ImportError, NotNow, NotTheirs):
        raise  # where boto3 is missing, the service tells us again
    except Exception as problem:
        raise CannotRead from problem


def say_yes(news: list[Told]) -> list[Told]:
    """Answer whatever question is among what was believed. It asks the service."""
    return [amazon.answered(one) if one.what is What.ASKED else one for one in news]


def takes_long(account: Listening, body: bytes) -> bool:
    """Is something to be fetched before it can be believed?"""
    return account.provider == "ses" and not sns.has_certificate_of(body)


def _key_of(account: Listening) -> str:
    name = {"mailgun": "signing_key", "sendgrid": "verification_key"}.get(account.provider, "")
    return account.keys.get(name, "")


@lru_cache(maxsize=200)
def _view(provider: str, password: str, key: str) -> Any:
    given: dict[str, Any] = {"webhook_secret": f"{USER}:{password}"}
    if provider == "mailgun":
        given["webhook_signing_key"] = key
    if provider == "ses":
        given["auto_confirm_sns_subscriptions"] = False
    if provider == "sendgrid":
        given["tracking_webhook_verification_key"] = key or None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SendGrid's is no longer looked after: docs/decisions
        return import_string(VIEWS[provider])(**given)


def _request(body: bytes, headers: Mapping[str, str]) -> WSGIRequest:
    named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    return WSGIRequest(
        named
        | {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "CONTENT_TYPE": headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
        }
    )


def _named(event: Any) -> Any:
    """As anymail named it; it knows no word for Amazon's DeliveryDelay."""
    if event.event_type == "unknown" and event.esp_event.get("eventType") == "DeliveryDelay":
        delay = event.esp_event.get("deliveryDelay") or {}
        event.event_type, event.description = "deferred", delay.get("delayType", "")
    return event


def _told(provider: str, event: Any) -> Told:
    what = BY_REASON.get(event.reject_reason or "", MEANS[event.event_type])
    if what is What.DROPPED and event.event_type == "rejected":
        what = lasting.suppressed(provider, event.esp_event) or what
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    words = " ".join(str(event.mta_response or event.description or "").split())
    return Told(
        event=_name_of(provider, event),
        what=what,
        code=_plain(metadata.get(CODE, ""), 64),
        address=_plain(event.recipient or "", 320),
        words=_plain(f"{lasting.status(provider, event.esp_event)} {words}".strip(), LONGEST),
        is_lasting=lasting.is_lasting(provider, event.esp_event),
        at=event.timestamp if _is_aware(event.timestamp) else None,
    )


def _name_of(provider: str, event: Any) -> str:
    """Each service's own name of the event; without one, what makes it this and no other."""
    named = lasting.name(provider, event.esp_event) or event.event_id
    parts: Iterator[Any] = iter(
        (named, event.event_type, event.recipient)
        if named
        else (event.message_id, event.event_type, event.recipient, event.timestamp)
    )
    whole = "\n".join(str(part) for part in parts)
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()


def _plain(value: Any, longest: int) -> str:
    """Letters that a database keeps."""
    return str(value).encode("utf-8", "ignore").decode().replace("\x00", "")[:longest]


def _is_aware(at: datetime | None) -> bool:
    return at is not None and at.tzinfo is not None
