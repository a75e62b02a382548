"""Moving rows from one person to another, whatever table they stand in, and back again.

Tables are found by their foreign keys to `Person`: a room that adds one need not say so. Rows
that may not stand twice (one tag, one open lead) give way and are kept in the record as JSON.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import IntegrityError, connection, transaction
from django.db.models import ForeignObjectRel, Model
from psycopg.types.json import Json

from muster.people.duplicates.models import Pair
from muster.people.models import ConsentEvent, Person

ON_THEIR_OWN: set[type[Model]] = {ConsentEvent, Pair}
"""Moved by the movers of their own that stand in `movers.py`."""
Record = dict[str, Any]


class Reference(NamedTuple):
    """A column that points at a person; `keys` name a row of its table beside it."""

    table: str
    column: str
    keys: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"


def references() -> Iterator[Reference]:
    for relation in Person._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.many_to_many:
            continue
        meta = relation.related_model._meta
        if relation.related_model in ON_THEIR_OWN or not meta.managed:
            continue
        column = str(relation.field.column)
        keys = tuple(f.column for f in meta.pk_fields if f.column and f.column != column)
        yield Reference(meta.db_table, column, keys)


def move(reference: Reference, kept_id: int, gone_id: int) -> Record:
    """Everything of one person becomes the other's. `moved`: keys; `gave_way`: whole rows."""
    rows = rows_of(reference.table, f"{reference.column} = %s", [gone_id])
    if not rows:
        return {}
    keys = [{key: row[key] for key in reference.keys} for row in rows]
    if _update(reference, kept_id, gone_id):
        return {"moved": keys}
    record: Record = {"moved": [], "gave_way": []}
    for key, row in zip(keys, rows, strict=True):
        if _update(reference, kept_id, gone_id, key):
            record["moved"].append(key)
        else:
            remove(reference.table, key | {reference.column: gone_id})
            record["gave_way"].append(row)
    return record


def move_back(reference: Reference, kept_id: int, gone_id: int, record: Record) -> int:
    """What moved goes back, and what gave way stands again; how many rows could not."""
    lost = 0
    for key in record.get("moved", []):
        lost += not _update(reference, gone_id, kept_id, key)
    for row in record.get("gave_way", []):
        lost += not restore(reference.table, row)
    return lost


def _update(reference: Reference, to: int, since: int, key: dict[str, Any] | None = None) -> bool:
    """False: the database refuses the row where it would stand, or there is none any more."""
    where, values = _where((key or {}) | {reference.column: since})
    sql = f'UPDATE "{reference.table}" SET "{reference.column}" = %s WHERE {where}'
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [to, *values])
            return bool(cursor.rowcount)
    except IntegrityError:
        return False


def rows_of(table: str, where: str, values: list[Any]) -> list[dict[str, Any]]:
    """Whole rows as JSON has them, locked."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}" WHERE {where} FOR UPDATE', values)
        cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t WHERE {where}', values)
        return [json.loads(text) for (text,) in cursor.fetchall()]


def restore(table: str, row: dict[str, Any]) -> bool:
    """Put a row back as it stood; False where something else has taken its place."""
    values: list[Any] = [Json(row)]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f'INSERT INTO "{table}" SELECT * FROM json_populate_record(NULL::"{table}", %s)',
                values,
            )
    except IntegrityError:
        return False
    return True


def remove(table: str, key: dict[str, Any]) -> None:
    where, values = _where(key)
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{table}" WHERE {where}', values)


def _where(key: dict[str, Any]) -> tuple[str, list[Any]]:
    return " AND ".join(f'"{column}" = %s' for column in key), list(key.values())
