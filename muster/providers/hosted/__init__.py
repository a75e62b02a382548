"""Hosted e-mail services by their APIs, through django-anymail: one request a message.

They build and sign the messages themselves, so each letter is handed over as its parts. Opens and
clicks are never tracked by the service (PECR-6). Our own code for the delivery travels as metadata:
what the service tells us later names it.
"""

import ipaddress
import warnings
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from anymail.exceptions import AnymailError
from django.utils.module_loading import import_string

from muster.channels import secrets
from muster.channels.email import Answer, CannotOpen, End, Letter, Unreachable
from muster.channels.models import EmailAccount
from muster.providers.hosted import silence
from muster.providers.hosted.answers import answer_of, is_account_trouble
from muster.providers.hosted.parts import message_of

TIMEOUT = 30.0  # seconds; giving up on an answer makes a message uncertain
BACKENDS = {
    "ses": "anymail.backends.amazon_ses.EmailBackend",
    "mailgun": "anymail.backends.mailgun.EmailBackend",
    "postmark": "anymail.backends.postmark.EmailBackend",
    "sendgrid": "anymail.backends.sendgrid.EmailBackend",
    "brevo": "anymail.backends.brevo.EmailBackend",
}
MAILGUN_EU = "https://api.eu.mailgun.net/v3"


class HostedLine:
    """An `EmailLine` to one account of a hosted service. For one thread."""

    takes_8bit = True

    def __init__(self, account: EmailAccount) -> None:
        self._account_id, self._provider = account.pk, account.provider
        self._backend = backend_for(account)
        try:
            self._backend.open()
        except Exception as problem:
            raise CannotOpen(f"{account.name} cannot be used: {problem}"[:300]) from problem
        self.is_open = True

    def hand_over(
        self,
        letters: Iterable[Letter],
        *,
        before_body: Callable[[Letter], bool],
        on_answer: Callable[[Letter, Answer], None],
    ) -> None:
        for letter in letters:
            if self.is_open and before_body(letter):
                on_answer(letter, self._answer(letter))
            else:
                self.is_open = False
                on_answer(letter, Answer(End.NOT_BEGUN, "stopped"))

    def close(self) -> None:
        self.is_open = False
        self._backend.close()

    def _answer(self, letter: Letter) -> Answer:
        try:
            message = message_of(letter, self._provider)
            self._backend.send_messages([message])
        except (AnymailError, ValueError, OSError) as problem:
            answer = answer_of(problem)
        else:
            answer = answer_of(message.anymail_status)
        is_silent = silence.note(self._account_id, is_unanswered=answer.end is End.UNANSWERED)
        self.is_open = not (is_silent or is_account_trouble(answer))
        return answer


def open_line(account: EmailAccount) -> HostedLine:
    """Raises `CannotOpen`, `Unreachable`. Nothing is asked of the service yet."""
    if silence.rests(account.pk):
        raise Unreachable(f"{account.name} took letters in and never said what became of them.")
    return HostedLine(account)


def backend_for(account: EmailAccount) -> Any:
    """anymail's way to the account's service. Raises `CannotOpen`.

    A demonstration's people are made up: it sends to this machine only, or not at all.
    """
    at = account.options.get("api_url", "")
    if at and not _is_here(at):
        raise CannotOpen("Another address of the service may be on this machine only.")
    if account.organisation.is_demonstration and not at:
        raise CannotOpen("A demonstration sends to this machine only, never to a real service.")
    try:
        made = import_string(BACKENDS[account.provider])
    except ImportError as missing:
        raise CannotOpen(f"{missing} Ask whoever runs Muster to install it.") from missing
    given = {**account.options, **secrets.of(account)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SendGrid's is no longer looked after: docs/decisions
        try:
            return made(**_told(account.provider, given), fail_silently=False)
        except Exception as problem:
            raise CannotOpen(f"{account.name} lacks something: {problem}"[:300]) from problem


def _told(provider: str, given: dict[str, str]) -> dict[str, Any]:
    """What anymail is told, by the names it has for it."""
    if provider == "ses":
        return _told_ses(given)
    told: dict[str, Any] = {"timeout": TIMEOUT}
    if provider == "postmark":
        told |= {"server_token": given.get("server_token", "")}
        told |= {"message_stream": given["stream"]} if given.get("stream") else {}
    else:
        told |= {"api_key": given.get("api_key", "")}
    if provider == "mailgun":
        told |= {"sender_domain": given.get("sender_domain") or None}
        told |= {"api_url": MAILGUN_EU} if given.get("region") == "eu" else {}
    if given.get("api_url"):
        told |= {"api_url": given["api_url"]}
    return told


def _told_ses(given: dict[str, str]) -> dict[str, Any]:
    client: dict[str, Any] = {
        "region_name": given.get("region", ""),
        "aws_access_key_id": given.get("access_key", ""),
        "aws_secret_access_key": given.get("secret_key", ""),
        # What is tried again is ours to decide: never twice to be safe.
        "config": {
            "retries": {"total_max_attempts": 1},
            "connect_timeout": 5,
            "read_timeout": TIMEOUT,
        },
    }
    if given.get("api_url"):
        client["endpoint_url"] = given["api_url"]
    return {
        "client_params": client,
        "amazon_ses_configuration_set_name": given.get("configuration_set") or None,
    }


def _is_here(url: str) -> bool:
    try:
        return ipaddress.ip_address(urlsplit(url).hostname or "").is_loopback
    except ValueError:
        return False
