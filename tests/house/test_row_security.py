"""Nothing of a person lies in a table that the database does not guard by itself."""

import inspect
import os
import re
import subprocess
import sys

import pytest
from django.apps import apps
from django.db import DatabaseError, connection
from procrastinate.contrib.django import app

from muster import schedule  # noqa: F401  the jobs that run by the clock
from muster.people import guarding
from tests.as_worker import ACTS, worker
from tests.wrong_people.world import World


def test_every_table_about_people_names_its_organisation() -> None:
    """Without the column no rule can be written: give the model one, or add it to THROUGH."""
    unguarded = [
        model._meta.label
        for model in apps.get_models()
        if guarding.people_of(model) and model not in guarding.guarded()
    ]

    assert unguarded == []


@pytest.mark.parametrize("model", guarding.guarded(), ids=lambda m: m._meta.label)
def test_the_database_guards(model: type, db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = %s::regclass",
            [model._meta.db_table],
        )
        assert cursor.fetchone() == (True,)
        cursor.execute(
            "SELECT array_agg(policyname::text ORDER BY policyname) FROM pg_policies"
            " WHERE tablename = %s",
            [model._meta.db_table],
        )
        (names,) = cursor.fetchone()
        assert names in (
            ["muster_keeper", "muster_scope"],
            ["muster_keeper", "muster_scope", "muster_seats"],
        )


# Jobs that look at nobody's rows themselves, or go from one organisation to the next.
SCOPED_INSIDE = {
    "months_ahead": "Tables, not rows.",
    "retry_stalled": "Jobs, not people.",
    "tell_expired": "Roles, not people; the journal writes for each one's organisation.",
    "channels.send_notice": "Members and invitations, not people.",
    "forget_sessions": "Members and invitations, not people.",
    "put_away_old": "Files and rows of imports, not people.",
    "forget_answers": "Each organisation's by itself: organisations/answering_once.py.",
    "audit_decisions": "Each organisation's by itself: journal/decisions.py.",
    "audit_heads": "The audit, not people.",
    "clear_rehearsals": "Each sending under its organisation: messaging/clearing.py.",
    "messaging.look": "Each sending under its organisation: messaging/looking_after.py.",
    "messaging.journeys": "Each journey under its organisation: messaging/journeys/ticking.py.",
    "publishing.look": "Posts and ads, not people.",
    "webhooks.tidy": "What was told to programs, not people.",
    "privacy.clear": "Exports and packs; each pack's case under its organisation.",
}


def test_every_job_says_whose_rows_it_may_see() -> None:
    """`with acting_for_owner(Model, id):` around what it does; else the database refuses it."""
    unsaid = [
        name
        for name, task in app.tasks.items()
        if task.func.__module__.startswith("muster.")
        and name not in SCOPED_INSIDE
        and name.rpartition(".")[2] not in SCOPED_INSIDE
        and not re.search(r"\bwith acting_for|\bwork\(", inspect.getsource(task.func))
    ]

    assert unsaid == []


def test_every_job_is_tried_as_a_worker() -> None:
    """Name what it does in tests/as_worker.py: every test of that then runs under the rules."""
    jobs = {n for n, task in app.tasks.items() if task.func.__module__.startswith("muster.")}

    assert {name if name in ACTS else name.rpartition(".")[2] for name in jobs} == set(ACTS)


def test_what_runs_by_the_clock_runs_as_a_worker(transactional_db: None, world: World) -> None:
    by_the_clock = [periodic.task for periodic in app.periodic_registry.periodic_tasks.values()]

    ran = []
    with worker():
        for task in by_the_clock:
            if not inspect.iscoroutinefunction(task.func):
                task.func(timestamp=0)
                ran.append(task.name.rpartition(".")[2])
        with pytest.raises(DatabaseError, match="no organisation in scope"):
            world.party.people.count()

    assert {"purge", "look", "listen", "tidy", "summaries", "audit_decisions"} <= set(ran)


def test_the_staff_app_takes_on_its_role_however_it_is_started() -> None:
    asked = "import config.wsgi; from django.conf import settings; print(settings.DATABASE_ROLE)"
    told = {k: v for k, v in os.environ.items() if k not in ("MUSTER_ROLE", "MUSTER_ROW_SECURITY")}

    said = subprocess.run([sys.executable, "-c", asked], env=told, capture_output=True, check=True)

    assert said.stdout.decode().strip() == "app"
