"""Bring the database up to date before anything else runs."""

import sys

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from muster.cli.house import open_django
from muster.journal import months
from muster.lib.times import now


def prepare() -> None:
    """Migrate where something is to migrate; make the coming months' partitions; write the rules
    of row security where they, or the server's roles, are not what they should be.

    Raises `WrongKey` where the database's suppressions were hashed under another key.
    """
    from muster.people import guarding, keys

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Bringing the database up to date…", file=sys.stderr)
        call_command("migrate", verbosity=0, interactive=False)
    months.make_ahead(now())
    guarding.guard_all()
    keys.agree()


if __name__ == "__main__":
    open_django()
    from muster.people.keys import WrongKey

    try:
        prepare()
    except WrongKey as refusal:
        sys.exit(str(refusal))
