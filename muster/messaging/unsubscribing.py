"""The codes of one delivery, and the ways out they give (RFC 8058; DP-21)."""

import base64
import binascii
import hmac
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db import transaction

from muster.journal import journal
from muster.messaging import facts
from muster.messaging.models import Sending
from muster.messaging.sights import tell_of
from muster.organisations.scoping import acting_for
from muster.people import suppressing
from muster.people.duplicates import merging
from muster.people.models import Channel, Person

SENDING_BYTES, PERSON_BYTES, SEAL_BYTES = 5, 6, 10
LENGTH = SENDING_BYTES + PERSON_BYTES + SEAL_BYTES  # 21 bytes: 28 letters, no padding


class BadToken(Exception):
    """A code that Muster did not make, or that was changed on its way."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a code says: ids only."""

    organisation_id: int
    sending_id: int
    person_id: int


def token_for(sending_id: int, person_id: int) -> str:
    """28 letters that name one delivery and cannot be guessed. The delivery's code, too."""
    return codes_for(sending_id, person_id)[0]


def codes_for(sending_id: int, person_id: int) -> tuple[str, str]:
    """A delivery's code, and that of its recipient's preferences.

    The first stands in headers that mail servers log; who knows it cannot tell the second: each is
    sealed with its own ten bytes of one digest. The second is letters and digits alone.
    """
    named = sending_id.to_bytes(SENDING_BYTES, "big") + person_id.to_bytes(PERSON_BYTES, "big")
    digest = _digest(named)
    return (
        base64.urlsafe_b64encode(named + digest[:SEAL_BYTES]).decode("ascii"),
        (named + digest[SEAL_BYTES : 2 * SEAL_BYTES]).hex(),
    )


def opened_code(sending_id: int, person_id: int) -> str:
    """What the picture in a delivery is called: tells who opened, and opens nothing else."""
    named = sending_id.to_bytes(SENDING_BYTES, "big") + person_id.to_bytes(PERSON_BYTES, "big")
    return (named + _digest(named)[2 * SEAL_BYTES : 3 * SEAL_BYTES]).hex()


def ids_in_opened(code: str) -> tuple[int, int]:
    """Sending and person of a picture's code. Raises `BadToken`."""
    try:
        whole = bytes.fromhex(code)
    except ValueError:
        raise BadToken from None
    return _ids(whole, 2 * SEAL_BYTES)


def ids_in(token: str, *, of_preferences: bool = False) -> tuple[int, int]:
    """Sending and person, in constant time for every well-formed code. Raises `BadToken`."""
    try:
        if of_preferences:
            whole = bytes.fromhex(token)
        else:
            whole = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadToken from None
    return _ids(whole, SEAL_BYTES if of_preferences else 0)


def _ids(whole: bytes, begins: int) -> tuple[int, int]:
    named, seal = whole[:-SEAL_BYTES], whole[-SEAL_BYTES:]
    ours = _digest(named)[begins : begins + SEAL_BYTES]
    if len(whole) != LENGTH or not hmac.compare_digest(seal, ours):
        raise BadToken
    return (
        int.from_bytes(named[:SENDING_BYTES], "big"),
        int.from_bytes(named[SENDING_BYTES:], "big"),
    )


def read(token: str, *, of_preferences: bool = False) -> Reading:
    """Whose code it is. Raises `BadToken`."""
    sending_id, person_id = ids_in(token, of_preferences=of_preferences)
    return Reading(organisation_of(sending_id), sending_id, person_id)


def organisation_of(sending_id: int) -> int:
    """Whose sending it is. Raises `BadToken`."""
    found = Sending.objects.filter(pk=sending_id).values_list("organisation_id", flat=True).first()
    if found is None:
        raise BadToken
    return found


def unsubscribe(token: str, at: datetime, *, everything: bool = False) -> None:
    """Stop e-mail to this person at once; with `everything`, every channel.

    Pressing twice is pressing once. Someone erased since needs nothing more: their address
    stayed suppressed. Raises `BadToken`.
    """
    reading = read(token)
    channels = tuple(Channel.values) if everything else (Channel.EMAIL.value,)
    with acting_for(reading.organisation_id), transaction.atomic():
        person = (
            Person.objects.select_for_update()
            .filter(
                pk=merging.current_id(reading.organisation_id, reading.person_id),
                organisation_id=reading.organisation_id,
            )
            .first()
        )
        if person is not None:
            stop(person, channels, reading.sending_id, at)


def stop(
    person: Person,
    channels: tuple[str, ...],
    sending_id: int,
    at: datetime,
    source: str = "Unsubscribe link",
) -> None:
    """Suppress someone on these channels; the journal hears of it once."""
    already = set(suppressing.suppressed_channels(person))
    tell_of(person.pk)
    ways = {channel for channel, _ in suppressing.addresses_of(person)} & set(channels)
    suppressing.suppress_person(
        person, reason="unsubscribed", at=at, channels=channels, source=source
    )
    if ways and ways <= already:
        return
    journal.record(
        facts.UNSUBSCRIBED,
        person.organisation,
        at=at,
        person_id=person.pk,
        place_id=person.seat_id,
        about=("sending", sending_id),
        channels=sorted(channels),
    )


def _digest(named: bytes) -> bytes:
    return hmac.digest(_key(settings.SUPPRESSION_KEY), named, "sha256")


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    """A key of its own, from the one that must never be lost: links work for as long as it does."""
    return hmac.digest(secret.encode(), b"muster: the code of a delivery", "sha256")
