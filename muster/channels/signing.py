"""Keys that sign an organisation's e-mail: made here, published by them, used from a press on."""

import hmac
import logging
from datetime import datetime
from functools import lru_cache
from secrets import token_hex

from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.db import transaction

from muster.channels.models import EmailAccount, SigningKey
from muster.journal import journal
from muster.lib import dkim
from muster.organisations.models import Member, Organisation

KEY_MADE = "signing key made"
KEY_SIGNS = "signing key signs"
KEY_ENDED = "signing key ended"
UNREADABLE = (
    "The key that signs mail from {} cannot be read here: it was made under another secret. Set"
    " MUSTER_SECRET to that machine's, or make another key under Settings, Mail accounts."
)

log = logging.getLogger(__name__)


class CannotSign(Exception):
    """Why mail cannot be signed as asked."""


def domain_of(account: EmailAccount) -> str:
    return account.from_address.rpartition("@")[2].lower()


def keys_of(account: EmailAccount) -> tuple[SigningKey | None, SigningKey | None]:
    """The key that signs its mail, and the one that waits to be published."""
    found = account.organisation.signing_keys.filter(domain=domain_of(account), ended_at=None)
    keys = list(found.select_related("made_by__user", "signs_by__user"))
    signs = next((key for key in keys if key.signs_since), None)
    return signs, next((key for key in keys if not key.signs_since), None)


def make(account: EmailAccount, *, by: Member, at: datetime) -> SigningKey:
    """A key for the account's domain, to be published. Pressing twice makes one.

    One that signs already goes on signing until the new one does. Raises `CannotSign`.
    """
    domain = domain_of(account)
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(pk=account.organisation_id)
        keys = organisation.signing_keys.filter(domain=domain)
        if waiting := keys.filter(signs_since=None, ended_at=None).first():
            return waiting
        try:
            signer = dkim.Signer(domain, f"muster-{token_hex(3)}", dkim.fresh_key())
        except dkim.CannotSign as refusal:
            raise CannotSign(str(refusal)) from refusal
        made = SigningKey.objects.create(
            organisation=organisation,
            domain=domain,
            selector=signer.selector,
            sealed=_sealed(signer.key),
            record=signer.record,
            made_at=at,
            made_by=by,
        )
        _note(KEY_MADE, made, by, at)
    return made


def begin(account: EmailAccount, *, by: Member, at: datetime) -> None:
    """Sign with the key that waits: it is published. The one before it ends. Twice is once."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=account.organisation_id)
        signs, waiting = keys_of(account)
        if waiting is None:
            return
        if signs is not None:
            _end(signs, by, at)
        waiting.signs_since, waiting.signs_by = at, by
        waiting.save(update_fields=["signs_since", "signs_by"])
        _note(KEY_SIGNS, waiting, by, at)


def stop(account: EmailAccount, *, by: Member, at: datetime) -> None:
    """Sign no longer. The key is thrown away: to sign again, make another. Twice is once."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=account.organisation_id)
        signs, _ = keys_of(account)
        if signs is not None:
            _end(signs, by, at)


def signers_for(account: EmailAccount) -> tuple[dkim.Signer, ...]:
    """What signs this account's mail; empty where nothing does. Raises `CannotSign`."""
    key = SigningKey.objects.filter(
        organisation_id=account.organisation_id,
        domain=domain_of(account),
        signs_since__isnull=False,
        ended_at=None,
    ).first()
    if key is None:
        return ()
    try:
        return (_opened(key.domain, key.selector, key.sealed, settings.SECRET_KEY),)
    except (ValueError, TypeError) as failure:
        log.error("the signing key of %s cannot be read", key.domain)
        raise CannotSign(UNREADABLE.format(key.domain)) from failure


@lru_cache(maxsize=100)
def _opened(domain: str, selector: str, sealed: str, secret: str) -> dkim.Signer:
    """Opening takes a while by design, so it is done once in a process."""
    key = load_pem_private_key(sealed.encode("ascii"), _password(secret))
    if not isinstance(key, dkim.PrivateKey):
        raise ValueError("a key of another kind")
    return dkim.Signer(domain, selector, key)


def _sealed(key: dkim.PrivateKey) -> str:
    """As it lies in the database: who has only that, or a dump of it, cannot sign."""
    sealed = BestAvailableEncryption(_password(settings.SECRET_KEY))
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealed).decode("ascii")


def _password(secret: str) -> bytes:
    password = hmac.digest(secret.encode(), b"muster: keys that sign e-mail", "sha256")
    return password.hex().encode("ascii")


def _end(key: SigningKey, by: Member, at: datetime) -> None:
    key.ended_at, key.sealed = at, ""
    key.save(update_fields=["ended_at", "sealed"])
    _note(KEY_ENDED, key, by, at)


def _note(kind: str, key: SigningKey, by: Member, at: datetime) -> None:
    journal.record(kind, key.organisation, by=by, at=at, about=("signing_key", key.pk))
