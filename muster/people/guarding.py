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
WHOLE = "organisation_id = (SELECT muster_whole())"
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
CREATE OR REPLACE FUNCTION muster_whole() RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN muster_organisation() IS NOT NULL AND muster_everywhere()
           THEN muster_organisation() END
$$;
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
DROP POLICY IF EXISTS muster_seats ON {table};
DROP POLICY IF EXISTS muster_keeper ON {table};
CREATE POLICY muster_scope ON {table} TO {whole} USING ({sees}) WITH CHECK ({writes});
CREATE POLICY muster_keeper ON {table} TO CURRENT_USER
    USING ((SELECT muster_is_keeper())) WITH CHECK ((SELECT muster_is_keeper()));
"""
IN_SEATS = """
CREATE POLICY muster_seats ON {table} TO {roles} USING ({sees}) WITH CHECK ({writes});
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


def through(label: str, on: str) -> None:
    """The same for rows that are seen where what they hang on is seen."""
    THROUGH[label] = on


def guard_all() -> None:
    """Write the rules of every guarded table, and what the roles may do, where either changed."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        cursor.execute(MARKED)
        (marked,) = cursor.fetchone()
    if marked == _mark(tables, roles.there()) and roles.may_read(PEOPLE):
        return
    with transaction.atomic(), connection.cursor() as cursor:
        are_there = roles.make()
        for statement in statements(tables, are_there):
            cursor.execute(statement)
        cursor.execute(roles.PARTITIONS)
        for (table,) in cursor.fetchall():
            cursor.execute(PARTITION.format(table=table))
        cursor.execute(MARK, [_mark(tables, are_there)])


def statements(tables: set[str], are_there: bool) -> list[str]:
    """All that is told to the database; `are_there`: the roles, which have rules of their own."""
    return [FUNCTIONS, *(rule for table, rule in _rules(are_there) if table in tables)]


def _mark(tables: set[str], are_there: bool) -> str:
    words = [*statements(tables, are_there), roles.GRANTS, *sorted(tables)]
    return f"muster {hashlib.sha256(''.join(words).encode()).hexdigest()} {are_there}"


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


def _rules(are_there: bool) -> Iterator[tuple[str, str]]:
    """Each guarded table and its rules. With roles, whoever acts for the whole organisation is
    asked of nothing else: what asks of seats as well would cost every plan its estimates.
    """
    for model in guarded():
        table = model._meta.db_table
        if on := THROUGH.get(model._meta.label):
            belongs = _belongs_through(model, on)
            yield table, POLICY.format(table=table, whole="PUBLIC", sees=belongs, writes=belongs)
        elif not (in_seats := _in_seats(model)):
            rule = {"sees": ORGANISATION, "writes": ORGANISATION}
            yield table, POLICY.format(table=table, whole="PUBLIC", **rule)
        elif are_there:
            yield table, _of_roles(table, in_seats)
        else:
            sees = f"{ORGANISATION} AND ({EVERYWHERE} OR {in_seats})"
            yield (
                table,
                POLICY.format(table=table, whole="PUBLIC", sees=sees, writes=ORGANISATION),
            )


def _of_roles(table: str, in_seats: str) -> str:
    whole, some = roles.NAMES.values(), (name + roles.IN_SEATS for name in roles.NAMES.values())
    seats = f"{ORGANISATION} AND ({in_seats})"
    return POLICY.format(
        table=table, whole=", ".join(whole), sees=WHOLE, writes=ORGANISATION
    ) + IN_SEATS.format(table=table, roles=", ".join(some), sees=seats, writes=ORGANISATION)


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
