"""Writing to the journal."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from muster.journal.models import Fact
from muster.organisations.models import Member, Organisation
from muster.organisations.scoping import writing_for


@dataclass(frozen=True)
class Entry:
    """One fact about to be written. `codes` holds codes only: never a name, never a contact."""

    organisation_id: int
    kind: str
    at: datetime
    person_id: int | None = None
    place_id: int | None = None
    member_id: int | None = None
    source: str = ""
    about_kind: str = ""
    about_id: int | None = None
    codes: dict[str, Any] = field(default_factory=dict)


def record(
    kind: str,
    organisation: Organisation,
    *,
    at: datetime,
    person_id: int | None = None,
    place_id: int | None = None,
    by: Member | None = None,
    source: str = "",
    about: tuple[str, int] | None = None,
    **codes: Any,
) -> None:
    """Write down one thing that happened, inside the transaction that made it happen."""
    about_kind, about_id = about or ("", None)
    record_many(
        [
            Entry(
                organisation_id=organisation.pk,
                kind=kind,
                at=at,
                person_id=person_id,
                place_id=place_id,
                member_id=by.pk if by else None,
                source=source,
                about_kind=about_kind,
                about_id=about_id,
                codes=codes,
            )
        ]
    )


def record_many(entries: Iterable[Entry]) -> None:
    """Write many facts of one organisation in one round trip."""
    rows: list[Any] = [
        (
            e.organisation_id,
            e.kind,
            e.person_id,
            e.place_id,
            e.member_id,
            e.source,
            e.about_kind,
            e.about_id,
            Jsonb(e.codes),
            e.at,
        )
        for e in entries
    ]
    if not rows:
        return
    with writing_for(rows[0][0]), connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {Fact._meta.db_table} (organisation_id, kind, person_id, place_id,"
            " member_id, source, about_kind, about_id, codes, at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            rows,
        )
