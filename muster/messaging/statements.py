"""The statements a sender repeats for every claim: planned once a chunk, lists written cheaply.

Django's cursor sends each statement as new text, to be parsed and planned again; at thousands of
messages a second that is a third of the database's work. These run on the same connection, so in
the same transaction.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection

PREPARE_AFTER = 1  # runs
# Left to itself, PostgreSQL plans a statement over partitions anew each time, for each value.
PLAN_ONCE = "SET plan_cache_mode = force_generic_plan"


def run(statement: str, asked: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run one statement, inside whatever transaction is open. Returns its rows, if it has any."""
    connection.ensure_connection()
    line = connection.connection
    if line.prepare_threshold is None:
        line.prepare_threshold = PREPARE_AFTER
        line.execute(PLAN_ONCE)
    with connection.wrap_database_errors, psycopg.Cursor(line) as cursor:
        cursor.execute(statement, asked)
        return cursor.fetchall() if cursor.description else []


def plan_anew() -> None:
    """Forget the plans kept: the tables may have grown since from nothing to millions."""
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS")


def numbers(values: Iterable[int]) -> str:
    """An array of whole numbers, without a gap.

    >>> numbers([1, -2])
    '{1,-2}'
    """
    return "{" + ",".join(map(str, values)) + "}"


def instants(values: Iterable[datetime | None]) -> str:
    """An array of moments."""
    return "{" + ",".join(["NULL" if at is None else at.isoformat() for at in values]) + "}"


def listed(values: Iterable[object]) -> str:
    """An array as PostgreSQL writes it; cast it in the statement: `%(people)s::bigint[]`.

    >>> listed([1, None, 'say "so"'])
    '{1,NULL,"say \\\\"so\\\\""}'
    """
    return "{" + ",".join([_one(value) for value in values]) + "}"


def _one(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, bytes):
        return f'"\\\\x{value.hex()}"'
    said = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\0", "")
    return f'"{said}"'
