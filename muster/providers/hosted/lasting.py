"""What each service says beyond what anymail reads: will it last, its status, the event's name."""

from typing import Any

from muster.channels.telling import What

LASTING: dict[str, dict[str, bool]] = {
    "ses": {"Permanent": True, "Transient": False},
    "mailgun": {"permanent": True, "temporary": False},
    "postmark": {"HardBounce": True, "BadEmailAddress": True, "SoftBounce": False},
    "sendgrid": {"bounce": True, "blocked": False},
    "brevo": {"hard_bounce": True, "invalid_email": True, "soft_bounce": False},
}
WHERE = {"postmark": "Type", "sendgrid": "type", "brevo": "event"}
SUPPRESSED = {
    "suppress-complaint": What.COMPLAINED,
    "suppress-unsubscribe": What.UNSUBSCRIBED,
}


def is_lasting(provider: str, event: dict[str, Any]) -> bool | None:
    """Does it call the failure permanent? None: it does not say.

    >>> is_lasting("ses", {"bounce": {"bounceType": "Transient"}}), is_lasting("brevo", {})
    (False, None)
    """
    if provider == "ses":
        said = (event.get("bounce") or {}).get("bounceType")
    elif provider == "mailgun":
        said = _of_mailgun(event)
    else:
        said = event.get(WHERE[provider])
    return LASTING[provider].get(str(said))


def suppressed(provider: str, event: dict[str, Any]) -> What | None:
    """Was it not tried because the person had objected there?"""
    return SUPPRESSED.get(str(_data(event).get("reason"))) if provider == "mailgun" else None


def status(provider: str, event: dict[str, Any]) -> str:
    """The status of RFC 3463, where it is told apart from the words."""
    if provider == "sendgrid":
        return str(event.get("status") or "")
    if provider == "ses":
        told = (event.get("bounce") or {}).get("bouncedRecipients") or [{}]
        return str(told[0].get("status") or "")
    return ""


def name(provider: str, event: dict[str, Any]) -> str:
    """Mailgun's own names are unique within a day; its token is another each time it is told."""
    data = _data(event) if provider == "mailgun" else {}
    return f"{data['id']} {data.get('timestamp', '')}" if data.get("id") else ""


def _of_mailgun(event: dict[str, Any]) -> str:
    """Of what it did not try, because it came back before, it knows nothing new."""
    data = _data(event)
    is_new = not str(data.get("reason", "")).startswith("suppress-")
    return str(data.get("severity", "")) if is_new else ""


def _data(event: dict[str, Any]) -> dict[str, Any]:
    data = event.get("event-data")
    return data if isinstance(data, dict) else {}
