"""Who the earlier rows of a file would be, while it is only counted: kept in a passing table.

In the database, as a file may hold more people than a worker's memory.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from muster.people.imports.recognising import Recognised

MADE = """
CREATE TEMPORARY TABLE people_earlier (
    is_email boolean NOT NULL, value text NOT NULL, person bigint NOT NULL, goes_by text NOT NULL,
    PRIMARY KEY (value, is_email)
)
"""


@contextmanager
def earlier_rows() -> Iterator["EarlierRows"]:
    """The table, for as long as one file is counted on this connection."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.people_earlier")
        cursor.execute(MADE)
    try:
        yield EarlierRows()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS pg_temp.people_earlier")


class EarlierRows:
    """Answers for people who would have been made; their ids are below nothing."""

    def __init__(self) -> None:
        self._next = -1

    def ids(self, how_many: int) -> list[int]:
        """Ids no real person has."""
        first, self._next = self._next, self._next - how_many
        return list(range(first, self._next, -1))

    def by_external_id(self, asked: list[str]) -> dict[str, int]:
        return {value: person for value, person, _ in self._find(asked, is_email=False)}

    def by_email(self, asked: list[str]) -> dict[str, tuple[int, str]]:
        found = self._find(asked, is_email=True)
        return {value: (person, goes_by) for value, person, goes_by in found}

    def keep(self, found: Recognised) -> None:
        """These rows would be in by the time the next ones are read."""
        goes_by = {person: good.external_id for good, person in found.made}
        rows = [(True, email, p, goes_by.get(p, "")) for email, p in found.claims.items()]
        for good, person in (*found.made, *found.matched):
            if good.external_id:
                rows.append((False, good.external_id, person, ""))
        if not rows:
            return
        columns = [list(column) for column in zip(*rows, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO people_earlier SELECT * FROM"
                " unnest(%s::boolean[], %s::text[], %s::bigint[], %s::text[])"
                " ON CONFLICT DO NOTHING",
                columns,
            )

    def _find(self, asked: list[str], *, is_email: bool) -> list[tuple[str, int, str]]:
        if not asked:
            return []
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT value, person, goes_by FROM people_earlier"
                " WHERE value = ANY(%s) AND is_email = %s",
                [asked, is_email],
            )
            found: list[tuple[str, int, str]] = cursor.fetchall()
            return found
