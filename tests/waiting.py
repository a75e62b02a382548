"""Waiting for the rest of the server, where a rule rests on it."""

import time

from django.db import connection


def wait_for_all_before(seconds: float = 60) -> None:
    """Facts are read below the oldest transaction of the whole server: other tests have theirs."""
    limit = time.monotonic() + seconds
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        mine = cursor.fetchone()[0]
        while time.monotonic() < limit:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            if cursor.fetchone()[0] > mine:
                return
            time.sleep(0.02)
