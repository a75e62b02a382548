"""Deliveries lie in a partition for each month of their sending."""

from datetime import date

from django.db import DatabaseError, connection, transaction

TABLE = "messaging_delivery"
FILL = 45  # per cent: a row is rewritten twice on its way, and finds room beside itself


def make_month(month: date) -> None:
    """Make the month's partition, with room on each page for rewriting rows in place.

    Where the default partition already holds rows of that month, they and their like stay there.
    """
    name = f"{TABLE}{month:_%Y_%m}"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '3s'")
            cursor.execute("SELECT to_regclass(%s)", [name])
            if cursor.fetchone() == (None,):
                cursor.execute("SELECT muster_make_month(%s, %s)", [TABLE, month])
            # The clock makes months ahead, for every table alike and without this.
            cursor.execute(
                "SELECT reloptions IS NULL FROM pg_class WHERE oid = to_regclass(%s)", [name]
            )
            if cursor.fetchone() == (True,):
                cursor.execute(f"ALTER TABLE {name} SET (fillfactor = {FILL})")
    except DatabaseError:
        return
