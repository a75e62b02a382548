"""Django's own way of sending single letters, through an account and signed with its key."""

import ipaddress
import smtplib
import socket
import time
from contextlib import suppress
from functools import partial
from typing import Any

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.utils.module_loading import import_string

from muster.channels import secrets, signing
from muster.channels.email import CannotOpen
from muster.channels.models import EmailAccount
from muster.lib import dkim

PATIENCE = 10  # seconds
SAID_NO = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, AnymailRecipientsRefused)
NEVER_ASKED = (CannotOpen, smtplib.SMTPNotSupportedError)


class Unanswered(Exception):
    """It was handed over, and nobody said what became of it: it may have gone."""


def hand_over(letter: EmailMessage, account: EmailAccount) -> str:
    """Give one letter to an account's server; why it was not taken, or nothing.

    Raises `Unanswered`: to send it again would be to send it twice, so a person decides.
    """
    try:
        connection = connection_for(account)
        connection.open()
    except CannotOpen as refusal:
        return str(refusal)[:300]
    except (OSError, AnymailError) as failure:
        return _not_taken(failure)
    letter.connection = connection
    try:
        letter.send()
    except (OSError, AnymailError) as failure:
        if not _is_refusal(failure):
            raise Unanswered(str(failure)) from failure
        return _not_taken(failure)
    finally:
        with suppress(OSError):
            connection.close()
    return ""


def _is_refusal(failure: Exception) -> bool:
    """Did somebody say no, or was nobody asked?"""
    if isinstance(failure, (*SAID_NO, *NEVER_ASKED)):
        return True
    if isinstance(failure, AnymailAPIError):
        status = getattr(failure.response, "status_code", None)
        return status is not None and 400 <= status < 500 and status != 408
    return isinstance(failure, AnymailError)  # it could not be put into that service's form


def _not_taken(failure: Exception) -> str:
    return f"The mail server did not take it: {failure}"[:300]


def connection_for(account: EmailAccount) -> BaseEmailBackend:
    """What a letter of ours leaves through. Raises `CannotOpen`.

    Unsigned where the key cannot be read: whoever cannot sign in cannot mend that.
    """
    if account.is_hosted:
        hosted: BaseEmailBackend = import_string(settings.HOSTED_BACKEND)(account)
        return hosted
    try:
        signers = signing.signers_for(account)
    except signing.CannotSign:
        signers = ()
    if not signers:
        return get_connection(**_server(account), timeout=PATIENCE)
    backend = _Signing(**_server(account), timeout=PATIENCE)
    backend.signers = signers
    return backend


def _server(account: EmailAccount) -> dict[str, Any]:
    """Where it is and who we are there: encrypted unless it is this machine."""
    return {
        "host": account.host,
        "port": account.port,
        "username": account.options.get("username", ""),
        "password": secrets.of(account).get("password", ""),
        "use_tls": not _is_here(account.host),
    }


def _is_here(host: str) -> bool:
    """Is it this machine, as every address of it says?"""
    try:
        found = socket.getaddrinfo(host, None)
    except (OSError, UnicodeError):
        return False
    return all(ipaddress.ip_address(address[4][0]).is_loopback for address in found)


class _Signing(EmailBackend):
    signers: tuple[dkim.Signer, ...] = ()

    @property
    def connection_class(self) -> Any:
        return partial(_SigningSMTP, self.signers)


class _SigningSMTP(smtplib.SMTP):
    def __init__(self, signers: tuple[dkim.Signer, ...], *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._signers = signers

    def sendmail(self, from_addr: str, to_addrs: Any, msg: Any, *args: Any, **named: Any) -> Any:
        signed = dkim.signed(msg, self._signers, int(time.time()))
        return super().sendmail(from_addr, to_addrs, signed, *args, **named)
