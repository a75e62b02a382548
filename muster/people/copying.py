"""Writing many people at once: finished rows, gathered as lines and sent by COPY.

COPY takes a million rows in the time INSERT takes a hundred thousand; the price is that the
lines must be right when they leave here, so everything is escaped on its way in.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

TABLES = {
    "people_person": (
        "id, code, organisation_id, given_name, family_name, folded, postcode, address, seat_id,"
        " seat_how, ward_id, household_id, external_id, source, came_with_id, joined_at"
    ),
    "people_contactpoint": "organisation_id, person_id, kind, value, state",
    "people_consentevent": (
        "organisation_id, person_id, channel, purpose, is_given, wording_id, campaigner_id,"
        " source, by_id, at"
    ),
    "people_personword": "organisation_id, word, person_id, seat_id",
    "people_persontag": "organisation_id, person_id, tag_id, source, by_id, at",
    "people_customvalue": (
        "organisation_id, person_id, field_id, text, number, on_date, source, at"
    ),
    "people_importedchange": "organisation_id, of_id, person_id, what",
    "people_personchange": ("organisation_id, person_id, field, before, after, by_id, source, at"),
    "people_importrefusal": "of_id, line, text, reason",
    "journal_fact": (
        "organisation_id, kind, person_id, place_id, member_id, source, about_kind, about_id,"
        " codes, at"
    ),
}
SORTED = {"people_personword", "people_contactpoint"}
"""Tables whose lines go in sorted, so that neighbours in the index are written together."""

NOTHING = "\\N"
_MARKS = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x00": "␀"})


def text(value: str) -> str:
    """A text as COPY reads it."""
    return value if value.isprintable() and "\\" not in value else value.translate(_MARKS)


class Lines:
    """Finished rows of several tables, waiting to be sent together."""

    def __init__(self) -> None:
        self.of: dict[str, list[str]] = defaultdict(list)

    def send(self) -> None:
        """Copy everything in, table by table, inside the caller's transaction."""
        with connection.cursor() as cursor:
            for table, columns in TABLES.items():
                lines = self.of.pop(table, None)
                if not lines:
                    continue
                if table in SORTED:
                    lines.sort()
                with into(cursor, table, columns) as copy:
                    copy.write("".join(lines))


@contextmanager
def into(cursor: Any, table: str, columns: str) -> Iterator[Any]:
    """COPY into these columns of a table, by way of a table of this session's where it must be.

    COPY does not keep the database's rules about whose rows may be written: where they hold, it is
    refused.
    """
    cursor.execute("SELECT row_security_active(%s)", [table])
    is_free = cursor.fetchone() == (False,)
    way = table if is_free else f"arriving_{table}"
    if not is_free:
        cursor.execute(
            f"CREATE TEMP TABLE IF NOT EXISTS {way} AS SELECT {columns} FROM {table} WITH NO DATA"
        )
    with cursor.copy(f"COPY {way} ({columns}) FROM STDIN") as copy:
        yield copy
    if not is_free:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {way}; TRUNCATE {way}"
        )


def numbers(table: str, how_many: int) -> list[int]:
    """The next primary keys of a table, taken for good: for rows that must know their own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, how_many],
        )
        return [number for (number,) in cursor.fetchall()]


def codes(how_many: int) -> list[str]:
    """Random codes, made in one go: the system is asked for randomness once, not a million times.

    COPY's own reading puts the hyphens in.
    """
    drawn = os.urandom(16 * how_many).hex()
    return [drawn[i : i + 32] for i in range(0, len(drawn), 32)]


def line(values: Iterable[Any]) -> str:
    """One row: None, numbers and truth as they are; texts must have gone through `text`."""
    return "\t".join([NOTHING if v is None else str(v) for v in values]) + "\n"
