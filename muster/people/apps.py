from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    name = "muster.people"
    label = "people"

    def ready(self) -> None:
        from muster.journal import decisions
        from muster.people import facts, held  # noqa: F401  what is held is registered

        decisions.register(facts.STOP_LIFTED, facts.IMPORT_BEGUN, facts.IMPORT_STOPPED)
        connection_created.connect(settle_in, dispatch_uid="muster roles")
        post_migrate.connect(guard, sender=self, dispatch_uid="muster guards")


def settle_in(connection: Any, **_: Any) -> None:
    """A new connection takes on its role and learns whose rows it may see."""
    from muster.organisations import roles, scoping

    roles.take_on(connection.connection)
    scoping.tell(connection.connection)


def guard(**_: Any) -> None:
    """The database was brought up to date: so are its rules."""
    from muster.people import guarding

    guarding.guard_all()
