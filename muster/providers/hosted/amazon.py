"""Amazon asks once whether it may tell us: yes, where it asks itself and shows our password.

Where the answer does not reach it, the link stands on the account's page for a person to follow.
"""

import json
import logging
from dataclasses import replace
from urllib.parse import urlsplit

from muster.channels.telling import Told, What
from muster.lib import http
from muster.providers.hosted import sns

log = logging.getLogger(__name__)


def asked(body: bytes) -> list[Told]:
    """The question, with Amazon's own address to answer it at; nothing, if it is no question."""
    message = json.loads(body)
    if message.get("Type") != "SubscriptionConfirmation":
        return []
    link = str(message.get("SubscribeURL", ""))
    if not is_amazons(link):
        return []
    return [Told(str(message["MessageId"])[:64], What.ASKED, words=link)]


def answered(question: Told) -> Told:
    """Say yes. The question without its link, if Amazon took the answer; else as it was.

    Only for what was believed: shown our password, and signed by Amazon.
    """
    try:
        answer = sns.ask(question.words)
    except (http.NotSent, http.Unanswered, http.NotHere) as problem:
        log.warning("Amazon could not be told that it may tell us: %s", problem)
        return question
    return replace(question, words="") if answer.status == 200 else question


def is_amazons(link: str) -> bool:
    """
    >>> is_amazons("https://sns.eu-west-2.amazonaws.com/?Action=ConfirmSubscription&Token=2336")
    True
    >>> is_amazons("https://sns.amazonaws.com.example.org/"), is_amazons("javascript:alert(1)")
    (False, False)
    """
    parts = urlsplit(link)
    return (
        parts.scheme == "https"
        and sns.HOST.fullmatch(parts.netloc) is not None
        and len(link) <= 1000
    )
