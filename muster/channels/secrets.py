"""An e-mail account's secrets: kept sealed, opened only where it is spoken with."""

import json
from collections.abc import Mapping
from functools import lru_cache

from django.conf import settings

from muster.channels.email import CannotOpen
from muster.channels.models import EmailAccount
from muster.lib.sealing import CannotUnseal, seal, unseal

PURPOSE = "secrets of e-mail accounts"
UNREADABLE = (
    "The secrets of {} cannot be read here: they were kept under another MUSTER_SECRET. Enter them"
    " once more under Settings, Mail accounts."
)


def keep(account: EmailAccount, secrets: Mapping[str, str]) -> None:
    """Put these in place of what was kept; those not named stay. Saving is the caller's."""
    kept = {**_kept(account), **{k: v for k, v in secrets.items() if v}}
    account.sealed = (
        seal(json.dumps(kept), secret=settings.SECRET_KEY, purpose=PURPOSE) if kept else ""
    )


def of(account: EmailAccount) -> Mapping[str, str]:
    """The account's secrets by name. Raises `CannotOpen`."""
    if not account.sealed:
        return {}
    try:
        return _opened(account.sealed, settings.SECRET_KEY)
    except (CannotUnseal, ValueError):
        raise CannotOpen(UNREADABLE.format(account.name)) from None


def _kept(account: EmailAccount) -> Mapping[str, str]:
    try:
        return of(account)
    except CannotOpen:  # unreadable here: entered anew
        return {}


@lru_cache(maxsize=100)
def _opened(sealed: str, secret: str) -> Mapping[str, str]:
    kept: dict[str, str] = json.loads(unseal(sealed, secret=secret, purpose=PURPOSE))
    return kept
