"""What a hosted service tells us afterwards of the messages it took, in our words."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from django.conf import settings

from muster.channels import secrets
from muster.channels.models import EmailAccount
from muster.channels.services import SERVICES

USER = "muster"


class What(StrEnum):
    """What happened, whichever service says so."""

    ARRIVED = "arrived"
    DELAYED = "delayed"
    BOUNCED = "bounced"
    DROPPED = "dropped"  # the service did not even try
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"  # by the service's own means
    ANSWERED = "answered"  # by a machine
    ASKED = "asked"  # the service wants to know whether it may tell us


@dataclass(frozen=True, slots=True)
class Told:
    """One thing a service told of one message.

    `event` names it, the same whenever it is told again. `is_lasting`: the service calls the
    failure permanent (True) or passing (False), or says neither (None). `at` None: not told.
    """

    event: str
    what: What
    code: str = ""
    address: str = ""
    words: str = ""
    is_lasting: bool | None = None
    at: datetime | None = None


class NoProof(Exception):
    """Nothing was shown to prove that this comes from the service."""


class NotTheirs(Exception):
    """What was shown does not prove it."""


class NotNow(Exception):
    """Whether it is theirs cannot be told at the moment: let them tell it again."""


class CannotRead(Exception):
    """It comes from the service, and is in no form that is documented."""


@dataclass(frozen=True, slots=True)
class Listening:
    """What has to be known of an account to believe and to read what its service tells."""

    account_id: int
    organisation_id: int
    provider: str
    password: str
    keys: Mapping[str, str]


def listening(code: str) -> Listening | None:
    """The account of that code, if it is with a service that tells us things.

    Raises `CannotOpen` when its secrets cannot be read here.
    """
    account = EmailAccount.objects.filter(code=code).first()
    if account is None or not SERVICES[account.provider].tells_back:
        return None
    keys = {**account.options, **secrets.of(account)}
    return Listening(
        account.pk, account.organisation_id, account.provider, password_of(account), keys
    )


def password_of(account: EmailAccount) -> str:
    """What the service shows us each time. It opens nothing but this account's own address."""
    words = f"what {account.code} is told".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), words, "sha256").hex()[:32]


def address_of(account: EmailAccount) -> str:
    """What to enter at the service: our public address, with the password in it."""
    public = urlsplit(settings.PUBLIC_ADDRESS)
    who = f"{USER}:{password_of(account)}@"
    return f"{public.scheme}://{who}{public.netloc}/hooks/email/{account.code}"
