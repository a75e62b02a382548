"""Django's own way of sending single letters, through an account and signed with its key."""

import smtplib
import time
from functools import partial
from typing import Any

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from muster.channels import signing
from muster.channels.models import EmailAccount
from muster.lib import dkim

PATIENCE = 10  # seconds


def connection_for(account: EmailAccount) -> BaseEmailBackend:
    """What a letter of ours leaves through.

    Unsigned where the key cannot be read: whoever cannot sign in cannot mend that.
    """
    try:
        signers = signing.signers_for(account)
    except signing.CannotSign:
        signers = ()
    if not signers:
        return get_connection(host=account.host, port=account.port, timeout=PATIENCE)
    backend = _Signing(host=account.host, port=account.port, timeout=PATIENCE)
    backend.signers = signers
    return backend


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
