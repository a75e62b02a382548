"""The columns of an export, and what each says of a batch of people."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import connection

from muster.organisations.models import Organisation
from muster.people import consenting, suppressing
from muster.people.models import (
    Channel,
    ContactPoint,
    CustomField,
    CustomValue,
    Person,
    PersonTag,
    Suppression,
)

PLAIN = {
    "code": "Muster's number",
    "external_id": "Your number",
    "given_name": "Given name",
    "family_name": "Family name",
    "email": "E-mail",
    "phone": "Phone",
    "address": "Address",
    "postcode": "Postcode",
    "seat": "Seat",
    "ward": "Ward",
    "tags": "Tags",
    "joined_on": "Joined on",
    "source": "Source",
}
MAY = {f"may_{c}": f"May be reached by {c.label.lower()}" for c in Channel}
OWN = "field:"
"""Before the key of an organisation's custom field."""
Batch = Sequence[Person]
Told = dict[int, Any]


def known(organisation: Organisation, *, special: bool) -> dict[str, str]:
    """Every column this organisation has, by key, in words; special fields only if wanted."""
    fields = CustomField.objects.filter(organisation=organisation, retired_at=None)
    if not special:
        fields = fields.filter(is_special=False)
    own = {OWN + f.key: f.name for f in fields.order_by("name")}
    return PLAIN | MAY | own


def special_among(organisation: Organisation, keys: Sequence[str]) -> list[str]:
    """The names of the special fields among these columns."""
    wanted = [key.removeprefix(OWN) for key in keys if key.startswith(OWN)]
    found = CustomField.objects.filter(organisation=organisation, key__in=wanted, is_special=True)
    return list(found.order_by("name").values_list("name", flat=True))


def rows(organisation: Organisation, people: Batch, keys: Sequence[str]) -> list[list[Any]]:
    """What the columns say of each of these people, in their order."""
    told = {key: _tell(organisation, people, key) for key in keys}
    if wanted := [key.removeprefix("may_") for key in keys if key in MAY]:
        for channel, answers in _may(organisation, people, wanted).items():
            told[f"may_{channel}"] = answers
    return [[told[key].get(person.pk, "") for key in keys] for person in people]


def _tell(organisation: Organisation, people: Batch, key: str) -> Told:
    if key in ("email", "phone"):
        return _contacts(people, key)
    if key == "tags":
        return _tags(people)
    if key.startswith(OWN):
        return _own(organisation, people, key.removeprefix(OWN))
    if key in MAY:
        return {}
    return {person.pk: _of_person(person, key) for person in people}


def _of_person(person: Person, key: str) -> Any:
    if key in ("seat", "ward"):
        place = getattr(person, key)
        return place.name if place else ""
    if key == "joined_on":
        return person.joined_at.date().isoformat()
    return str(getattr(person, key))


def _contacts(people: Batch, kind: str) -> Told:
    points = ContactPoint.objects.filter(person__in=people, kind=kind).order_by("id")
    found: dict[int, list[str]] = defaultdict(list)
    for person_id, value in points.values_list("person_id", "value"):
        found[person_id].append(value)
    return {person_id: "; ".join(values) for person_id, values in found.items()}


def _tags(people: Batch) -> Told:
    found: dict[int, list[str]] = defaultdict(list)
    carried = PersonTag.objects.filter(person__in=people).order_by("tag__name")
    for person_id, name in carried.values_list("person_id", "tag__name"):
        found[person_id].append(name)
    return {person_id: "; ".join(names) for person_id, names in found.items()}


def _own(organisation: Organisation, people: Batch, key: str) -> Told:
    values = CustomValue.objects.filter(
        person__in=people, field__key=key, field__organisation=organisation
    ).select_related("field")
    return {value.person_id: shown(value) for value in values}


def shown(value: CustomValue) -> str:
    """What a custom field says, in words."""
    if value.field.kind == CustomField.Kind.YES_NO:
        return "" if value.number is None else ("yes" if value.number else "no")
    if value.field.kind == CustomField.Kind.NUMBER:
        return "" if value.number is None else f"{value.number.normalize():f}"
    if value.field.kind == CustomField.Kind.DATE:
        return value.on_date.isoformat() if value.on_date else ""
    return value.text


def _may(organisation: Organisation, people: Batch, channels: list[str]) -> dict[str, Told]:
    """Yes where the latest word was yes and no address of theirs is suppressed there."""
    keys = _keys(people, channels)
    every = {key for by_person in keys.values() for found in by_person.values() for key in found}
    stopped = {
        bytes(key)
        for key in Suppression.objects.filter(
            organisation=organisation, key__in=list(every)
        ).values_list("key", flat=True)
    }
    said = _said(people, channels)
    return {
        channel: {
            person.pk: "yes"
            if said.get((person.pk, channel))
            and (mine := keys[channel].get(person.pk))
            and not mine & stopped
            else "no"
            for person in people
        }
        for channel in channels
    }


def _said(people: Batch, channels: list[str]) -> dict[tuple[int, str], bool]:
    asked: dict[str, Any] = {
        "people": [person.pk for person in people],
        "channels": channels,
        "purpose": "marketing",
    }
    with connection.cursor() as cursor:
        cursor.execute(consenting.LATEST_SQL, asked)
        return {(row[0], row[1]): row[3] for row in cursor.fetchall()}


def _keys(people: Batch, channels: list[str]) -> dict[str, dict[int, set[bytes]]]:
    """For each channel the hashes of every address of each person."""
    keys: dict[str, dict[int, set[bytes]]] = {c: defaultdict(set) for c in channels}
    points = ContactPoint.objects.filter(person__in=people)
    for person_id, kind, value in points.values_list("person_id", "kind", "value"):
        for channel in suppressing.CHANNELS_OF[kind]:
            if channel in keys:
                keys[channel][person_id].add(suppressing.key_for(channel, value))
    if "post" in keys:
        for p in people:
            if p.address:
                where = suppressing.postal(p.given_name, p.family_name, p.address, p.postcode)
                keys["post"][p.pk].add(suppressing.key_for("post", where))
    return keys
