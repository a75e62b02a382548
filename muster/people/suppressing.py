"""Addresses never to use again: kept as keyed hashes, so that they outlive erasure (DP-17)."""

import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from muster.journal import journal
from muster.organisations.models import Member, Organisation
from muster.people import consenting, counting, facts, touching
from muster.people.models import Channel, ContactPoint, Person, Suppression
from muster.people.opens import OPENS, agreed
from muster.people.words import fold

REFUSAL = "Asked not to be contacted."
ERASED_REFUSAL = "Was erased here: whoever was erased is not taken in again."
ERASED = "erased"
"""The reason that stands beside the addresses of someone erased."""
FORGOTTEN = "(erased)"
"""What is left of a refused row that held them."""
CHANNELS_OF = {"email": ("email",), "phone": ("sms", "call")}


def key_for(channel: str, value: str) -> bytes:
    """The 32 bytes that stand for one address (e-mail, E.164, or `postal`) on one channel."""
    return hmac.digest(settings.SUPPRESSION_KEY.encode(), f"{channel}:{value}".encode(), "sha256")


def postal(given: str, family: str, address: str, postcode: str) -> str:
    """What stands for someone's post: with their name, as others live at the address."""
    return "|".join(" ".join(fold(part).split()) for part in (given, family, address, postcode))


def suppress(
    organisation: Organisation, *, channel: str, value: str, reason: str, at: datetime
) -> None:
    """Never use this address on this channel again. Doing it twice is doing it once.

    Who is erased after they unsubscribed is erased: that reason replaces any other, never back.
    """
    key = key_for(channel, value)
    suppression = Suppression(
        organisation=organisation, channel=channel, key=key, reason=reason, at=at
    )
    Suppression.objects.bulk_create([suppression], ignore_conflicts=True)
    if reason == ERASED:
        kept = Suppression.objects.filter(organisation=organisation, channel=channel, key=key)
        kept.update(reason=ERASED)
    touching.touch_address(organisation.pk, value)


def suppress_person(
    person: Person,
    *,
    reason: str,
    at: datetime,
    channels: Iterable[str] = tuple(Channel.values),
    by: Member | None = None,
    source: str = "",
) -> None:
    """Someone objects: every address of theirs on these channels, at once (DP-21).

    What they had agreed to is withdrawn too, so that an address they get later is not used.
    """
    wanted = set(channels)
    with transaction.atomic():
        for channel, said in consenting.standing(person).items():
            if channel in wanted and said.is_given:
                consenting.withdraw(person, channel, source=source or reason, at=at, by=by)
        if "email" in wanted and agreed(person.pk):
            consenting.withdraw(
                person, "email", purpose=OPENS, source=source or reason, at=at, by=by
            )
        for channel, value in addresses_of(person):
            if channel in wanted:
                suppress(person.organisation, channel=channel, value=value, reason=reason, at=at)
        touching.touch(person.organisation_id, [person.pk])
        journal.record(
            facts.ASKED_TO_STOP,
            person.organisation,
            at=at,
            person_id=person.pk,
            place_id=person.seat_id,
            by=by,
            channels=sorted(wanted),
            reason=reason,
        )


def lift(person: Person, *, channel: str, by: Member | None, at: datetime) -> None:
    """Someone asked for us again: a member says so, by name, or they did themselves (None)."""
    keys = [key_for(c, value) for c, value in addresses_of(person) if c == channel]
    with transaction.atomic():
        gone, _ = Suppression.objects.filter(
            organisation=person.organisation, channel=channel, key__in=keys
        ).delete()
        if gone:
            touching.touch(person.organisation_id, [person.pk])
            counting.forget(person.organisation_id)
            journal.record(
                facts.STOP_LIFTED,
                person.organisation,
                at=at,
                person_id=person.pk,
                place_id=person.seat_id,
                by=by,
                channel=channel,
            )


def is_suppressed(organisation: Organisation, channel: str, value: str) -> bool:
    return Suppression.objects.filter(
        organisation=organisation, channel=channel, key=key_for(channel, value)
    ).exists()


def suppressed_channels(person: Person) -> dict[str, Suppression]:
    """The channels on which any address of theirs is suppressed, each with one reason for it."""
    keys = [key_for(channel, value) for channel, value in addresses_of(person)]
    rows = Suppression.objects.filter(organisation=person.organisation, key__in=keys)
    return {row.channel: row for row in rows.order_by("-at")}


def stopped_among(people: Sequence[Person]) -> dict[int, list[str]]:
    """For each of these people's ids, the channels on which any address is suppressed."""
    if not people:
        return {}
    points: dict[int, list[ContactPoint]] = {}
    for point in ContactPoint.objects.filter(person__in=[p.pk for p in people]).order_by("id"):
        points.setdefault(point.person_id, []).append(point)
    keys: dict[bytes, list[tuple[int, str]]] = {}
    for person in people:
        for channel, value in _addresses(person, points.get(person.pk, [])):
            keys.setdefault(key_for(channel, value), []).append((person.pk, channel))
    kept = Suppression.objects.filter(organisation=people[0].organisation_id, key__in=list(keys))
    found: dict[int, set[str]] = {}
    for key in kept.values_list("key", flat=True):
        for person_id, channel in keys[bytes(key)]:
            found.setdefault(person_id, set()).add(channel)
    return {person_id: sorted(channels) for person_id, channels in found.items()}


def addresses_of(person: Person) -> list[tuple[str, str]]:
    """(channel, address) for every way of reaching someone."""
    return _addresses(person, ContactPoint.objects.filter(person=person).order_by("id"))


def _addresses(person: Person, points: Iterable[ContactPoint]) -> list[tuple[str, str]]:
    found = [(channel, p.value) for p in points for channel in CHANNELS_OF[p.kind]]
    if person.address:
        where = postal(person.given_name, person.family_name, person.address, person.postcode)
        found.append(("post", where))
    return found
