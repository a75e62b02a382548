"""What runs by the clock, on whichever worker is free."""

from datetime import date

from django.db import connection, transaction
from procrastinate.contrib.django import app

from muster.lib.times import first_of_month, now

PARTITIONED = ["journal_fact", "messaging_delivery"]
MONTHS_AHEAD = 2


@app.periodic(cron="17 3 * * *")
@app.task(queue="clock", queueing_lock="months_ahead", pass_context=False)
def months_ahead(timestamp: int) -> None:
    """Make next months' partitions long before anything is written to them."""
    make_months()


def make_months() -> None:
    """Make the partitions of this month and those ahead, where they are missing."""
    month = first_of_month(now())
    for _ in range(MONTHS_AHEAD + 1):
        for table in PARTITIONED:
            _make_month(table, month)
        month = _month_after(month)


def _make_month(table: str, month: date) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        name = f"{table}_{month:%Y_%m}"
        cursor.execute("SELECT to_regclass(%s)", [name])
        row = cursor.fetchone()
        if row and row[0] is None:
            cursor.execute("SELECT muster_make_month(%s, %s)", [table, month])


def _month_after(month: date) -> date:
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
