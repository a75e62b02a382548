"""Erasures written down outside the database, so that a restored backup brings nobody back (DP-17).

One line for each: whose list, a keyed hash of who it was, and the keyed hashes of the addresses
never to use again. No name and no address: without this machine's key they tell nothing.
"""

import hmac
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from muster.organisations.models import Organisation
from muster.people import suppressing


class Garbled(Exception):
    """A line that is no erasure; says which."""


@dataclass(frozen=True)
class Tombstone:
    """One erasure: the organisation's slug, the person's hash, (channel, hash) to suppress."""

    organisation: str
    person: bytes
    stops: tuple[tuple[str, bytes], ...]
    at: datetime


def hash_of(code: UUID) -> bytes:
    """The 32 bytes that stand for one person."""
    return hmac.digest(settings.SUPPRESSION_KEY.encode(), b"person:" + code.bytes, "sha256")


def lay(
    organisation: Organisation,
    codes: Iterable[UUID],
    addresses: Iterable[tuple[str, str]],
    at: datetime,
) -> None:
    """Add the erasure's lines and see them safe on disk: last thing before it is committed.

    `codes`: the person's own, and those of whoever was merged into them. Should the commit fail,
    the lines stand for what someone asked for all the same.
    """
    stops = [(c, suppressing.key_for(c, value).hex()) for c, value in addresses]
    slug, when = organisation.slug, at.isoformat()
    lines = [
        {"organisation": slug, "person": hash_of(code).hex(), "stops": stops, "at": when}
        for code in codes
    ]
    path: Path = settings.ERASURES
    path.parent.mkdir(parents=True, exist_ok=True)
    number = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        # In one write, so that lines never mix.
        os.write(number, b"".join(json.dumps(line).encode() + b"\n" for line in lines))
        os.fsync(number)
    finally:
        os.close(number)


def read(path: Path) -> Iterator[Tombstone]:
    """Every erasure of such a file. Raises `Garbled`; a last line cut short by a crash is none."""
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines[:-1], 1):
        try:
            said = json.loads(line)
            yield Tombstone(
                said["organisation"],
                bytes.fromhex(said["person"]),
                tuple((channel, bytes.fromhex(key)) for channel, key in said["stops"]),
                datetime.fromisoformat(said["at"]),
            )
        except (ValueError, KeyError, TypeError) as problem:
            raise Garbled(f"Line {number} of {path} is no erasure: nothing was done.") from problem
