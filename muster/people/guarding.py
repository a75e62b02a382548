"""Row-level security on every table that holds something of a person.

The rules follow from the models, and are written whenever the database was brought up to date: a
row belongs to its organisation; within it, to a seat: its own, or that of the person it is about.
See docs/decisions/row-security.md.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from muster.organisations import roles

PERSON, PEOPLE = "people.Person", "people_person"
ALSO = {"people.Household", "people.Suppression"}
"""About people, though a row names none of them as ours: kept to the organisation."""
THROUGH = {"people.ImportRefusal": "of"}
"""Rows that belong to the organisation of what they hang on."""

ORGANISATION = "organisation_id = (SELECT muster_organisation())"
EVERYWHERE = "(SELECT muster_everywhere())"
SEATS = "ANY ((SELECT muster_seats())::bigint[])"

# Asked once for each statement, not for each row: the policies wrap them in a SELECT.
FUNCTIONS = """
CREATE OR REPLACE FUNCTION muster_organisation() RETURNS bigint
    LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE found text := nullif(current_setting('muster.organisation', true), '');
BEGIN
    IF found IS NULL AND current_setting('muster.unscoped', true) = 'refuse' THEN
        RAISE EXCEPTION 'no organisation in scope' USING
            HINT = 'Begin the job with acting_for(organisation_id): organisations/scoping.py.';
    END IF;
    RETURN found::bigint;
END $$;
CREATE OR REPLACE FUNCTION muster_everywhere() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(current_setting('muster.seats', true) = '*', false) $$;
CREATE OR REPLACE FUNCTION muster_seats() RETURNS bigint[]
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(nullif(nullif(current_setting('muster.seats', true), '*'), ''), '{}')::bigint[]
$$;
CREATE OR REPLACE FUNCTION muster_is_keeper() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(current_setting('muster.keeper', true) = 'on', false) $$;
"""
POLICY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS muster_scope ON {table};
DROP POLICY IF EXISTS muster_keeper ON {table};
CREATE POLICY muster_scope ON {table} USING ({sees}) WITH CHECK ({writes});
CREATE POLICY muster_keeper ON {table} TO CURRENT_USER
    USING ((SELECT muster_is_keeper())) WITH CHECK ((SELECT muster_is_keeper()));
"""
# Without a policy of its own nobody reads or writes a month's table but by way of its parent.
PARTITION = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
"""
MARK = "COMMENT ON FUNCTION muster_organisation() IS %s"
MARKED = "SELECT obj_description(to_regprocedure('muster_organisation()'), 'pg_proc')"


def also(*labels: str) -> None:
    """An upper room names models of its own that are to be kept to their organisation."""
    ALSO.update(labels)


def guard_all() -> None:
    """Write the rules of every guarded table, and what the roles may do, where either changed."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        statements = [FUNCTIONS, *(s for table, s in _rules() if table in tables)]
        mark = hashlib.sha256("".join([*statements, roles.GRANTS, *sorted(tables)]).encode())
        cursor.execute(MARKED)
        (marked,) = cursor.fetchone()
        if marked == f"muster {mark.hexdigest()} {roles.there()}" and roles.may_read(PEOPLE):
            return
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        cursor.execute(roles.PARTITIONS)
        for (table,) in cursor.fetchall():
            cursor.execute(PARTITION.format(table=table))
        are_there = roles.make()
        cursor.execute(MARK, [f"muster {mark.hexdigest()} {are_there}"])


def guarded() -> list[type[models.Model]]:
    """Every model whose rows are guarded: all that know a person, and `ALSO`, and `THROUGH`."""
    return [
        model
        for model in apps.get_models()
        if model._meta.label in ALSO | THROUGH.keys()
        or (people_of(model) and has_organisation(model))
    ]


def people_of(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    """The columns by which a row knows people; of a person itself, its key."""
    if model._meta.label == PERSON:
        return [model._meta.pk]
    return [
        field
        for field in model._meta.concrete_fields
        if field.column == "person_id"
        or (field.is_relation and field.related_model is apps.get_model(PERSON))
    ]


def has_organisation(model: type[models.Model]) -> bool:
    return any(field.column == "organisation_id" for field in model._meta.concrete_fields)


def _rules() -> Iterator[tuple[str, str]]:
    for model in guarded():
        table = model._meta.db_table
        if on := THROUGH.get(model._meta.label):
            belongs = _belongs_through(model, on)
            yield table, POLICY.format(table=table, sees=belongs, writes=belongs)
            continue
        sees = ORGANISATION
        if in_seats := _in_seats(model):
            sees += f" AND ({EVERYWHERE} OR {in_seats})"
        yield table, POLICY.format(table=table, sees=sees, writes=ORGANISATION)


def _belongs_through(model: type[models.Model], on: str) -> str:
    field = model._meta.get_field(on)
    above = field.related_model._meta.db_table  # type: ignore[union-attr]
    return (
        f"EXISTS (SELECT FROM {above} above WHERE above.id = {field.column}"  # type: ignore[union-attr]
        f" AND above.{ORGANISATION})"
    )


def _in_seats(model: type[models.Model]) -> str:
    """Is the row in reach? By its own seat, or where it has none by that of everyone in it."""
    columns = {field.column for field in model._meta.concrete_fields}
    table = model._meta.db_table
    if "seat_id" in columns:
        return f"seat_id = {SEATS}"
    by_person = " AND ".join(
        (f"({field.column} IS NULL OR " if field.null else "(")
        + f"EXISTS (SELECT FROM people_person whose WHERE whose.id = {table}.{field.column}))"
        for field in people_of(model)
    )
    if by_person and "place_id" in columns:
        return f"place_id = {SEATS} OR {by_person}"
    return by_person
