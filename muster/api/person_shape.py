"""A person as the API shows them: a page of people in a handful of queries."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from ninja import Schema
from pydantic import Field

from muster.people import suppressing
from muster.people.consenting import LATEST_SQL
from muster.people.models import (
    Channel,
    ContactPoint,
    CustomField,
    CustomValue,
    Person,
    PersonTag,
)


class SeatOut(Schema):
    """A seat, by the code its statistics office gives it."""

    code: str = Field(examples=["E14001530"])
    name: str = Field(examples=["Stroud"])


class ConsentOut(Schema):
    """Where someone stands on one channel: their latest word."""

    is_given: bool
    at: datetime
    source: str = Field(examples=["volunteer page"])


class PersonOut(Schema):
    """Someone on the list. Fields of special data (DP-9) are not told over the API."""

    id: int = Field(examples=[1042], description="The number that webhooks and facts know them by")
    code: UUID = Field(examples=["5a1c1f0e-6d1e-4b57-9d7e-3f7f0c3d9a11"])
    external_id: str = Field(examples=["crm-1042"])
    given_name: str = Field(examples=["Cleo"])
    family_name: str = Field(examples=["Winter"])
    emails: list[str] = Field(examples=[["cleo.winter@example.org"]])
    phones: list[str] = Field(examples=[["+447700900123"]])
    address: str = Field(examples=["1 High Street"])
    postcode: str = Field(examples=["GL5 1AA"])
    seat: SeatOut | None
    tags: list[str] = Field(examples=[["leafleter"]])
    fields: dict[str, str | float | bool | date] = Field(examples=[{"car": True}])
    consents: dict[str, ConsentOut] = Field(description="By channel: email, sms, call, post")
    stopped: list[str] = Field(
        examples=[["email"]], description="Channels on which they asked never to be contacted"
    )
    joined_at: datetime
    changed_at: datetime


def shown(people: Sequence[Person]) -> list[PersonOut]:
    """The people, as told, in the order given. Their seats must have been selected with them."""
    ids = [person.pk for person in people]
    emails, phones = _points(people)
    tags, fields, consents = _tags(people), _fields(ids), _consents(ids)
    stopped = suppressing.stopped_among(people)
    return [
        PersonOut(
            id=person.pk,
            code=person.code,
            external_id=person.external_id,
            given_name=person.given_name,
            family_name=person.family_name,
            emails=emails.get(person.pk, []),
            phones=phones.get(person.pk, []),
            address=person.address,
            postcode=person.postcode,
            seat=SeatOut(code=person.seat.code, name=person.seat.name) if person.seat else None,
            tags=tags.get(person.pk, []),
            fields=fields.get(person.pk, {}),
            consents=consents.get(person.pk, {}),
            stopped=stopped.get(person.pk, []),
            joined_at=person.joined_at,
            changed_at=person.changed_at,
        )
        for person in people
    ]


def _points(people: Sequence[Person]) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    found: tuple[dict[int, list[str]], dict[int, list[str]]] = ({}, {})
    for point in ContactPoint.objects.filter(person__in=[p.pk for p in people]).order_by("id"):
        found[point.kind == "phone"].setdefault(point.person_id, []).append(point.value)
    return found


def _tags(people: Sequence[Person]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = PersonTag.objects.filter(person__in=[p.pk for p in people]).order_by("tag__name")
    for person_id, name in rows.values_list("person_id", "tag__name"):
        found.setdefault(person_id, []).append(name)
    return found


def _fields(ids: list[int]) -> dict[int, dict[str, str | float | bool | date]]:
    found: dict[int, dict[str, str | float | bool | date]] = {}
    rows = CustomValue.objects.filter(
        person__in=ids, field__is_special=False, field__retired_at=None
    ).select_related("field")
    for row in rows.order_by("field__key"):
        value = said(row)
        if value is not None:
            found.setdefault(row.person_id, {})[row.field.key] = value
    return found


def said(row: CustomValue) -> str | float | bool | date | None:
    """What a field of someone's says, as its kind has it."""
    kind = row.field.kind
    if kind == CustomField.Kind.DATE:
        return row.on_date
    if kind == CustomField.Kind.YES_NO:
        return None if row.number is None else bool(row.number)
    if kind == CustomField.Kind.NUMBER:
        return None if row.number is None else float(row.number)
    return row.text or None


def _consents(ids: list[int]) -> dict[int, dict[str, ConsentOut]]:
    found: dict[int, dict[str, ConsentOut]] = {}
    asked: dict[str, Any] = {
        "people": ids,
        "channels": list(Channel.values),
        "purpose": "marketing",
    }
    with connection.cursor() as cursor:
        cursor.execute(LATEST_SQL, asked)
        for person_id, channel, _, is_given, _, _, _, source, at in cursor.fetchall():
            told = ConsentOut(is_given=is_given, at=at, source=source)
            found.setdefault(person_id, {})[channel] = told
    return found
