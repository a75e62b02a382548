"""Tables partitioned by month: their coming months are made long before anything is written."""

from datetime import date, datetime

from django.db import connection, transaction

from muster.lib.times import first_of_month

AHEAD = 2


def make_ahead(at: datetime) -> None:
    """Make the partitions of this month and the next two, of every table parted by month."""
    for table in _parted_tables():
        month = first_of_month(at)
        for _ in range(AHEAD + 1):
            _make(table, month)
            month = month_after(month)


def month_after(month: date) -> date:
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)


def _parted_tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class JOIN pg_partitioned_table ON partrelid = pg_class.oid"
            " WHERE partstrat = 'r' AND relnamespace = current_schema()::regnamespace"
        )
        return [name for (name,) in cursor.fetchall()]


def _make(table: str, month: date) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"{table}_{month:%Y_%m}"])
        found = cursor.fetchone()
        if found and found[0] is None:
            cursor.execute("SELECT muster_make_month(%s, %s)", [table, month])
