"""Amazon asks once whether it may tell us: a person says so at Amazon, we never follow the link."""

import json
from urllib.parse import urlsplit

from muster.channels.telling import Told, What


def asked(body: bytes) -> list[Told]:
    """The question, with Amazon's own address to answer it at; nothing, if it is no question."""
    message = json.loads(body)
    if message.get("Type") != "SubscriptionConfirmation":
        return []
    link = str(message.get("SubscribeURL", ""))
    if not is_amazons(link):
        return []
    return [Told(str(message["MessageId"])[:64], What.ASKED, words=link)]


def is_amazons(link: str) -> bool:
    """
    >>> is_amazons("https://sns.eu-west-2.amazonaws.com/?Action=ConfirmSubscription&Token=2336")
    True
    >>> is_amazons("https://sns.amazonaws.com.example.org/"), is_amazons("javascript:alert(1)")
    (False, False)
    """
    parts = urlsplit(link)
    host = parts.hostname or ""
    return (
        parts.scheme == "https"
        and host.startswith("sns.")
        and host.endswith((".amazonaws.com", ".amazonaws.com.cn"))
        and len(link) <= 1000
    )
