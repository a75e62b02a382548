"""Secrets as they lie in a database: who has only that, or a dump of it, cannot read them."""

import base64
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken


class CannotUnseal(Exception):
    """It was sealed under another secret, or is no seal at all."""


def seal(words: str, *, secret: str, purpose: str) -> str:
    """Sealed under the machine's secret; each purpose has a key of its own."""
    return _box(secret, purpose).encrypt(words.encode()).decode("ascii")


def unseal(sealed: str, *, secret: str, purpose: str) -> str:
    """What was sealed. Raises `CannotUnseal`.

    >>> unseal(seal("kw41", secret="s", purpose="p"), secret="s", purpose="p")
    'kw41'
    """
    try:
        return _box(secret, purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise CannotUnseal from None


@lru_cache(maxsize=16)
def _box(secret: str, purpose: str) -> Fernet:
    key = hmac.digest(secret.encode(), f"muster: {purpose}".encode(), "sha256")
    return Fernet(base64.urlsafe_b64encode(key))
