"""The statements a sender repeats for every claim: prepared once, their lists written cheaply.

Django's cursor sends each statement as new text, to be parsed and planned again; at thousands of
messages a second that is a third of the database's work. These run on the same connection, so in
the same transaction.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import psycopg
from django.db import connection

PREPARE_AFTER = 3  # runs


def run(statement: str, asked: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run one statement, inside whatever transaction is open. Returns its rows, if it has any."""
    connection.ensure_connection()
    line = connection.connection
    if line.prepare_threshold is None:
        line.prepare_threshold = PREPARE_AFTER
    with connection.wrap_database_errors, psycopg.Cursor(line) as cursor:
        cursor.execute(statement, asked)
        return cursor.fetchall() if cursor.description else []


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
