"""The tables audiences read, as Ibis sees them: the same in PostgreSQL and in the warehouse's file.

Only this module and what builds on it import Ibis, which takes a second: they are imported when
first needed.
"""

from collections.abc import Mapping
from datetime import datetime

import ibis
import ibis.expr.types as ir

INSTANT = "timestamp('UTC')"
SHAPES: dict[str, dict[str, str]] = {
    "people_summary": {
        "person_id": "!int64",
        "organisation_id": "!int64",
        "seat_id": "int64",
        "joined_at": INSTANT,
        **dict.fromkeys(("email", "sms", "call", "post"), "!int16"),
        **{f"{c}_said": "!int16" for c in ("email", "sms", "call", "post")},
    },
    "people_person": {
        "id": "!int64",
        "organisation_id": "!int64",
        "ward_id": "int64",
        "household_id": "int64",
        "source": "string",
    },
    "people_preference": {
        "organisation_id": "!int64",
        "person_id": "!int64",
        "frequency": "!string",
    },
    "people_consentevent": {
        "organisation_id": "!int64",
        "person_id": "!int64",
        "channel": "!string",
        "purpose": "!string",
        "is_given": "!boolean",
        "at": INSTANT,
    },
    "people_persontag": {
        "organisation_id": "!int64",
        "person_id": "!int64",
        "tag_id": "!int64",
    },
    "people_customvalue": {
        "organisation_id": "!int64",
        "person_id": "!int64",
        "field_id": "!int64",
        "text": "string",
        "number": "decimal(18, 4)",
        "on_date": "date",
    },
    "journal_fact": {
        "organisation_id": "!int64",
        "id": "!int64",
        "kind": "!string",
        "person_id": "int64",
        "about_kind": "string",
        "about_id": "int64",
        "at": INSTANT,
    },
}


def _table(name: str) -> ir.Table:
    return ibis.table(ibis.schema(SHAPES[name]), name=name)


SUMMARY = _table("people_summary")
PERSON = _table("people_person")
OFTEN = _table("people_preference")
SAID = _table("people_consentevent")
TAGGED = _table("people_persontag")
VALUES = _table("people_customvalue")
FACTS = _table("journal_fact")


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def md5(words: str) -> str:  # type: ignore[empty-body]
    """Both databases know it; Ibis has no word for it."""


def between(column: ir.Column, instants: Mapping[str, str]) -> list[ir.BooleanValue]:
    """`from` and `until` as conditions on a column of instants."""
    found = []
    if "from" in instants:
        found.append(column >= ibis.literal(datetime.fromisoformat(instants["from"])))
    if "until" in instants:
        found.append(column < ibis.literal(datetime.fromisoformat(instants["until"])))
    return found
