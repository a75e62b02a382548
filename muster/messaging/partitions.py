"""Deliveries lie in a partition for each month of their sending."""

from datetime import date

from django.db import DatabaseError, connection, transaction

TABLE = "messaging_delivery"


def make_month(month: date) -> None:
    """Make the month's partition. Its pages are as full as the default one's.

    Where the default partition already holds rows of that month, they and their like stay there.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '3s'")
            cursor.execute("SELECT to_regclass(%s)", [f"{TABLE}{month:_%Y_%m}"])
            if cursor.fetchone() == (None,):
                cursor.execute("SELECT muster_make_month(%s, %s)", [TABLE, month])
    except DatabaseError:
        return
