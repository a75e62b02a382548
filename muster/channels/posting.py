"""Django's own way of sending single letters, through an account and signed with its key."""

import ipaddress
import smtplib
import socket
import time
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.utils.module_loading import import_string

from muster.channels import secrets, signing
from muster.channels.models import EmailAccount
from muster.lib import dkim

PATIENCE = 10  # seconds


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
