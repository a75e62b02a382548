"""Nothing of a person lies in a table that the database does not guard by itself."""

import inspect
import re

import pytest
from django.apps import apps
from django.db import connection
from procrastinate.contrib.django import app

from muster import schedule  # noqa: F401  the jobs that run by the clock
from muster.people import guarding


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
        assert cursor.fetchone() == (["muster_keeper", "muster_scope"],)


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
    "publishing.look": "Posts and ads, not people.",
    "webhooks.tidy": "What was told to programs, not people.",
    "privacy.clear": "Files and rows of exports, not people.",
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
