"""The same audiences on a DuckDB file, fed from PostgreSQL: for lists that outgrow a machine.

A feed reads one snapshot. Small tables are taken whole; facts, which are only ever added, from
where the last feed stopped, below the oldest running transaction: none is skipped, and those just
committed come with the next feed. A merge changes whose a fact is, so after one (or one taken back)
facts are taken whole. Facts of people who are gone leave with them.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from muster.audiences import compiling
from muster.audiences.rules import Node
from muster.organisations.models import Organisation
from muster.people import summing_up
from muster.people.duplicates.models import Merge
from muster.people.explicit import SPECIAL

FACTS = "journal_fact"
TYPES = {
    "int64": "BIGINT",
    "int16": "SMALLINT",
    "string": "VARCHAR",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "decimal(18, 4)": "DECIMAL(18, 4)",
    "timestamp('UTC')": "TIMESTAMPTZ",
}
MARK = "CREATE TABLE IF NOT EXISTS fed (upto BIGINT, merges BIGINT, fed_at TIMESTAMPTZ)"
THREADS = 2
# What is asked of a table there, where it is little of it: every consent to marketing is summed up.
ONLY = {"people_consentevent": f" WHERE purpose = '{SPECIAL}'"}


class NoWarehouse(Exception):
    """Why the file cannot be fed or asked."""


@dataclass(frozen=True)
class Fed:
    """What the file holds after a feed: rows in each table."""

    rows: dict[str, int]


def path() -> Path:
    return Path(settings.VAR) / "warehouse.duckdb"


@contextmanager
def opened(*, to_write: bool = False) -> Iterator[Any]:
    """A connection to the file. Raises `NoWarehouse`."""
    try:
        import duckdb
    except ImportError:
        raise NoWarehouse("Install Muster with its “warehouse” extra to use DuckDB.") from None
    if not to_write and not path().exists():
        raise NoWarehouse("There is no warehouse yet: run muster warehouse feed.")
    try:
        found = duckdb.connect(str(path()), read_only=not to_write, config={"threads": THREADS})
    except duckdb.IOException as trouble:
        raise NoWarehouse(f"The warehouse is in use or damaged: {trouble}") from None
    try:
        found.execute("SET TimeZone = 'UTC'")
        yield found
    finally:
        found.close()


def feed(*, at: datetime) -> Fed:
    """Bring the file up to now. A feed that is cut off leaves it as it was."""
    from muster.audiences.tables import SHAPES

    for organisation in Organisation.objects.values_list("id", flat=True):
        summing_up.catch_up(organisation)
    with opened(to_write=True) as file, _snapshot() as upto:
        file.execute("BEGIN")
        file.execute(MARK)
        merges = _merges()
        last = _last(file, merges)
        for table, shape in SHAPES.items():
            columns = {name: TYPES[kind.removeprefix("!")] for name, kind in shape.items()}
            if table == FACTS:
                _add(file, table, columns, f" WHERE xid >= '{last}' AND xid < '{upto}' ORDER BY at")
            else:
                file.execute(f"DROP TABLE IF EXISTS {table}")
                _add(file, table, columns, f"{ONLY.get(table, '')} ORDER BY 1, 2")
        file.execute(
            f"DELETE FROM {FACTS} WHERE person_id IS NOT NULL"
            " AND person_id NOT IN (SELECT id FROM people_person)"
        )
        file.execute("DELETE FROM fed")
        file.execute("INSERT INTO fed VALUES (?, ?, ?)", [upto, merges, at])
        file.execute("COMMIT")
        rows = {t: file.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in SHAPES}
    return Fed(rows)


def _merges() -> int:
    """Grows with every merge, and with every one taken back."""
    return Merge.objects.count() + Merge.objects.filter(undone_at__isnull=False).count()


def _last(file: Any, merges: int) -> int:
    """Where the last feed's facts end; 0, with none left in the file, if they must come anew."""
    upto, then = file.execute("SELECT max(upto), max(merges) FROM fed").fetchone()
    if upto is None or then != merges:
        file.execute(f"DROP TABLE IF EXISTS {FACTS}")
        return 0
    return int(upto)


@contextmanager
def _snapshot() -> Iterator[int]:
    """One view of PostgreSQL for the whole feed; yields its oldest running transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        if not connection.savepoint_ids:  # within another transaction, its view must do
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        row = cursor.fetchone()
        yield int(row[0]) if row else 0


def _add(file: Any, table: str, columns: dict[str, str], which: str) -> None:
    """Copy rows through a file of CSV, which both sides read and write at full speed."""
    listed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())  # at is a word there
    kinds = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    file.execute(f"CREATE TABLE IF NOT EXISTS {table} ({listed})")
    handle, name = tempfile.mkstemp(suffix=".csv", dir=path().parent)
    try:
        with os.fdopen(handle, "wb") as out, connection.cursor() as cursor:
            select = f"SELECT {', '.join(columns)} FROM {table}{which}"
            with cursor.cursor.copy(f"COPY ({select}) TO STDOUT (FORMAT csv)") as copy:
                for part in copy:
                    out.write(part)
        file.execute(
            f"INSERT INTO {table} SELECT * FROM read_csv(?, header = false,"
            f" columns = {{{kinds}}}, allow_quoted_nulls = false, auto_detect = false,"
            " delim = ',', quote = '\"', escape = '\"')",
            [name],
        )
    finally:
        Path(name).unlink()


def ids(
    definition: Node, organisation: Organisation, *, at: datetime, file: Any = None
) -> list[tuple[int, int | None]]:
    """(person, seat) of everyone in it as of the last feed. Raises `NoWarehouse`, `Unclear`."""
    return _asked("ids", definition, organisation, at, file)


def count(definition: Node, organisation: Organisation, *, at: datetime, file: Any = None) -> int:
    """How many are in it as of the last feed. Raises `NoWarehouse`, `Unclear`."""
    return int(_asked("count", definition, organisation, at, file)[0][0])


def _asked(
    what: str, definition: Node, organisation: Organisation, at: datetime, file: Any
) -> list[Any]:
    statement = compiling.sql(what, definition, organisation, at=at, dialect=compiling.DUCKDB)
    if file is not None:
        return list(file.execute(statement).fetchall())
    with opened() as own:
        return list(own.execute(statement).fetchall())
