"""The database's roles: the owner keeps the tables, the apps and the workers only use them.

Roles belong to the whole server: their names are the same in every Muster, they cannot log in, and
they are made once. Where the login may not make roles, programs go on as the login itself: the
tables bind their owner too (docs/decisions/row-security.md).
"""

from typing import Any

from django.conf import settings
from django.db import ProgrammingError, connection, transaction

APP, WORKER = "muster_app", "muster_worker"
NAMES = {"app": APP, "worker": WORKER}
IN_SEATS = "_seats"
"""What a role's name ends in while it acts for some seats only: it has rules of its own."""
ALL = [*NAMES.values(), *(name + IN_SEATS for name in NAMES.values())]

# Whoever made a role meanwhile made it for us too.
MAKE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        CREATE ROLE {role} NOLOGIN NOBYPASSRLS;
    END IF;
    IF NOT pg_has_role('{role}', 'MEMBER') THEN
        EXECUTE format('GRANT {role} TO %I', current_user);
    END IF;
EXCEPTION WHEN unique_violation OR duplicate_object OR internal_error THEN NULL;
END $$
"""
GRANTS = """
GRANT USAGE ON SCHEMA {schema} TO {roles};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {roles};
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA {schema} TO {roles};
REVOKE UPDATE, DELETE ON organisations_auditentry FROM {roles};
"""
# A month's own table is reached by way of its parent, which has the rules.
PARTITIONS = """
SELECT inhrelid::regclass::text FROM pg_inherits
  JOIN pg_partitioned_table ON partrelid = inhparent
  JOIN pg_class child ON child.oid = inhrelid AND child.relkind = 'r'
"""
FITTING = """
SELECT set_config('role', rolname, false) FROM pg_roles
 WHERE rolname = %s AND pg_has_role(oid, CASE
       WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)
"""
KEEPER = "SELECT set_config('muster.keeper', 'on', false)"
REFUSE = "SELECT set_config('muster.unscoped', 'refuse', false)"


def take_on(line: Any) -> None:
    """Have a new connection act as the role this program runs under, where the server has it.

    A worker outside any scope is refused aloud: taken for "there is nobody", an empty answer would
    end a sending that has not gone. Whoever keeps the database sees everything.
    """
    for statement, values in of_this_program():
        line.execute(statement, values)


def of_this_program() -> list[tuple[str, list[str]]]:
    """The statements, each with its values, by which a connection takes on its role."""
    chosen = NAMES.get(settings.DATABASE_ROLE)
    if chosen is None:
        return [(KEEPER, [])]
    return [(FITTING, [chosen]), *([(REFUSE, [])] if chosen == WORKER else [])]


def make() -> bool:
    """Make the roles and give them what they need; whether they are there."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for role in ALL:
                cursor.execute(MAKE.format(role=role))
    except ProgrammingError:
        pass  # a login that may make no roles; perhaps somebody made them for it
    if not there():
        return False
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
        roles = ", ".join(ALL)
        cursor.execute(GRANTS.format(schema=schema, roles=roles))
        cursor.execute(PARTITIONS)
        for (table,) in cursor.fetchall():
            cursor.execute(f"REVOKE ALL ON {table} FROM {roles}")
    return True


def may_read(table: str) -> bool:
    """May our roles read this table? A backup restored may have left that behind."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(has_table_privilege(oid, to_regclass(%s)::oid, 'SELECT'))"
            " FROM pg_roles WHERE rolname = ANY(%s) AND pg_has_role(oid, 'MEMBER')",
            [table, ALL],
        )
        return bool(cursor.fetchone() != (False,))


def there() -> bool:
    """Are all roles made, and ours to take on?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_roles WHERE rolname = ANY(%s) AND pg_has_role(oid, 'MEMBER')",
            [ALL],
        )
        return bool(cursor.fetchone() == (len(ALL),))
