"""The stamp on every form: a number of its own, when it was made, and our seal over both.

The number makes pressing twice pressing once; the time tells people from robots.
"""

import hmac
import os
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from uuid import UUID

from django.conf import settings

_SIZE, _SEAL = 16, 14
_KEY = blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=b"muster.stamps").digest()


class BadStamp(Exception):
    """Missing, altered, or made under another key."""


@dataclass(frozen=True)
class Stamp:
    number: bytes
    made_at: datetime

    def submission_by(self, email: str) -> UUID:
        """One form sent twice by one person is one submission; by two people, two.

        Someone goes back, types a friend's details over their own, and both count.
        """
        mixed = blake2b(email.encode(), key=self.number, digest_size=16).digest()
        return UUID(bytes=mixed, version=4)


def fresh(at: datetime) -> str:
    return seal(os.urandom(_SIZE), at)


def seal(number: bytes, at: datetime) -> str:
    body = number + struct.pack(">d", at.timestamp())
    return urlsafe_b64encode(body + _seal_of(body)).decode()


def read(text: str) -> Stamp:
    """Raises `BadStamp`."""
    try:
        whole = urlsafe_b64decode(text.encode("ascii"))
    except ValueError as refusal:
        raise BadStamp from refusal
    body, seal = whole[:-_SEAL], whole[-_SEAL:]
    if len(body) != _SIZE + 8 or not hmac.compare_digest(seal, _seal_of(body)):
        raise BadStamp
    (made,) = struct.unpack(">d", body[_SIZE:])
    return Stamp(body[:_SIZE], datetime.fromtimestamp(made, UTC))


def _seal_of(body: bytes) -> bytes:
    return blake2b(body, key=_KEY, digest_size=_SEAL).digest()
