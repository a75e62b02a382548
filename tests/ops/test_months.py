"""Partitions by month are there before they are needed."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from muster.journal import months

DECEMBER = datetime(2031, 12, 31, 23, tzinfo=UTC)


@pytest.mark.django_db
def test_this_month_and_the_next_two_are_made_once() -> None:
    months.make_ahead(DECEMBER)
    months.make_ahead(DECEMBER)

    for month in ["2031_12", "2032_01", "2032_02"]:
        assert is_there(f"journal_fact_{month}")
        assert is_there(f"messaging_delivery_{month}")


def test_january_follows_december() -> None:
    assert months.month_after(date(2031, 12, 1)) == date(2032, 1, 1)


def is_there(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
        return bool(cursor.fetchone()[0])
