"""A row of any guarded table, made without the room that knows how: for unfiltered queries."""

import itertools
import uuid
from datetime import timedelta
from typing import Any

from django.db import connection, models

from muster.people import guarding
from tests.conftest import NOON

OTHERS = 1_000
"""Where a row knows several people, the next one's id is so much higher."""
CHECKED: dict[str, dict[str, Any]] = {"messaging.Traveller": {"step_id": 1, "ending": ""}}
"""What a check of the database's own asks of a row: somebody on the way stands at a step."""
_numbers = itertools.count(900_000)


def add(model: type[models.Model], organisation: int, person: int, seat: int) -> Any:
    """Write one row that belongs to these, and nothing else about it true. Its `ctid` comes back.

    Foreign keys and triggers must be silent: `session_replication_role = replica`.
    """
    values = {
        field.column: _value(field, organisation, person, seat)
        for field in model._meta.concrete_fields
        if not (field.primary_key and field.column == "id")
    }
    values |= CHECKED.get(model._meta.label, {})
    if model._meta.label in guarding.THROUGH:
        above = guarding.THROUGH[model._meta.label]
        field = model._meta.get_field(above)
        values[field.column] = add(field.related_model, organisation, person, seat)
    own_key = any(f.column == "id" and f.primary_key for f in model._meta.concrete_fields)
    if model._meta.label == guarding.PERSON:
        values["id"] = person
    columns = ", ".join(f'"{column}"' for column in values)
    marks = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({marks})"
            f" RETURNING {'id' if own_key else 'NULL'}",
            list(values.values()),
        )
        return cursor.fetchone()[0]


def _value(field: Any, organisation: int, person: int, seat: int) -> Any:
    if field.column == "organisation_id":
        return organisation
    if field in (known := guarding.people_of(field.model)):
        return person + OTHERS * known.index(field)
    if field.column in {"seat_id", "place_id"}:
        return seat
    if field.null:
        return None
    number = next(_numbers)
    kind = field.target_field.get_internal_type() if field.is_relation else None
    return {
        "CharField": str(number)[: field.max_length or 9],
        "SlugField": str(number),
        "TextField": str(number),
        "BooleanField": False,
        "DateTimeField": NOON + timedelta(seconds=number),  # each later than the one before
        "DateField": NOON.date(),
        "JSONField": "{}",
        "UUIDField": uuid.uuid4(),
        "BinaryField": str(number).encode(),
        "SmallIntegerField": number % 30_000,
        "PositiveSmallIntegerField": number % 30_000,
    }.get(kind or field.get_internal_type(), number)
