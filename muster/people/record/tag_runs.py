"""Tagging and untagging many people at one press, frozen when pressed, and taken back whole."""

from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet

from muster.journal import journal
from muster.organisations.models import Member, Organisation
from muster.people import counting, facts
from muster.people.models import Person, Tag
from muster.people.record import tagging
from muster.people.record.models import TagRun, TagRunPerson

AT_ONCE = 1_000
"""More people than this are tagged by a job."""
MOST = 500_000
"""No more at one press: they are frozen while somebody waits for the page."""
State = TagRun.State

FREEZE = """
INSERT INTO people_tagrunperson (organisation_id, run_id, person_id, is_changed)
SELECT %s, %s, meant.id, false FROM ({}) AS meant (id)
"""
GIVE = """
WITH touched AS (
    INSERT INTO people_persontag (organisation_id, person_id, tag_id, source, by_id, at)
    SELECT %(organisation)s, person_id, %(tag)s, %(source)s, %(by)s, %(at)s
      FROM people_tagrunperson WHERE run_id = %(run)s AND (is_changed OR %(everyone)s)
    ON CONFLICT (person_id, tag_id) DO NOTHING RETURNING person_id)
"""
TAKE = """
WITH touched AS (
    DELETE FROM people_persontag tagged USING people_tagrunperson meant
     WHERE meant.run_id = %(run)s AND (meant.is_changed OR %(everyone)s)
       AND tagged.person_id = meant.person_id AND tagged.tag_id = %(tag)s
       AND (tagged.source = %(source)s OR %(everyone)s)
    RETURNING tagged.person_id)
"""
WRITE_DOWN = """
, marked AS (
    UPDATE people_tagrunperson meant SET is_changed = true FROM touched
     WHERE meant.run_id = %(run)s AND meant.person_id = touched.person_id)
INSERT INTO people_personchange
       (organisation_id, person_id, field, before, after, by_id, source, at)
SELECT %(organisation)s, person_id, 'tag', %(before)s, %(after)s, %(by)s, %(source)s, %(at)s
  FROM touched
"""


def begin(
    tag: Tag, people: "QuerySet[Person]", *, is_added: bool, whom: str, by: Member, at: datetime
) -> TagRun:
    """Tag (or untag) these very people: at once if they are few, else by a job.

    Raises `tagging.CannotTag` when there is nobody, or more than `MOST`.
    """
    if people.order_by()[: MOST + 1].count() > MOST:
        raise tagging.CannotTag(f"More than {MOST:,} people at once: narrow them by seat or tag.")
    with transaction.atomic():
        run = TagRun.objects.create(
            organisation_id=tag.organisation_id,
            tag=tag,
            is_added=is_added,
            whom=whom[:300],
            by=by,
            at=at,
        )
        meant = _freeze(run, people)
        if not meant:
            raise tagging.CannotTag("Nobody is in this list: nothing was tagged.")
        _start(run, meant, at)
    run.refresh_from_db()
    return run


def undo(run: TagRun, *, at: datetime) -> None:
    """Take a run back: exactly whom it changed, unless their tag was changed by hand since."""
    with transaction.atomic():
        waiting = TagRun.objects.filter(pk=run.pk, state=State.FINISHED)
        if waiting.update(state=State.UNDOING):
            _start(run, run.changed, at)
    run.refresh_from_db()


def carry_out(run_id: int, *, at: datetime) -> None:
    """Do what is waiting, once. Safe to run again after a crash."""
    with transaction.atomic():
        run = TagRun.objects.select_for_update().filter(pk=run_id).first()
        if run is None or run.state not in (State.WAITING, State.UNDOING):
            return
        is_undoing = run.state == State.UNDOING
        touched = _apply(run, gives=run.is_added != is_undoing, is_undoing=is_undoing, at=at)
        if is_undoing:
            run.state = State.UNDONE
        else:
            run.state, run.changed = State.FINISHED, touched
        run.save(update_fields=["state", "changed"])
        counting.forget(run.organisation_id)
        _tell(run, touched, at)


def people_of(organisation: Organisation, tag: Tag) -> "QuerySet[Person]":
    """Whoever carries a tag."""
    return Person.objects.filter(organisation=organisation, tagged__tag=tag)


def _freeze(run: TagRun, people: "QuerySet[Person]") -> int:
    of_ours = people.filter(organisation_id=run.organisation_id).order_by()
    try:
        sql, values = of_ours.values("id").query.sql_with_params()
    except EmptyResultSet:  # a search that found nobody
        return 0
    with connection.cursor() as cursor:
        cursor.execute(FREEZE.format(sql), [run.organisation_id, run.pk, *values])
        return int(cursor.rowcount)


def _start(run: TagRun, people: int, at: datetime) -> None:
    from muster.people.tasks import tag_people  # the job calls back here

    if people > AT_ONCE:
        tag_people.defer(run_id=run.pk)
    else:
        carry_out(run.pk, at=at)


def _apply(run: TagRun, *, gives: bool, is_undoing: bool, at: datetime) -> int:
    asked: dict[str, Any] = {
        "organisation": run.organisation_id,
        "run": run.pk,
        "tag": run.tag_id,
        "by": run.by_id,
        "source": f"run:{run.pk}",
        "everyone": not is_undoing,
        "before": "" if gives else run.tag.name,
        "after": run.tag.name if gives else "",
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute((GIVE if gives else TAKE) + WRITE_DOWN, asked)
        return int(cursor.rowcount)


def _tell(run: TagRun, people: int, at: datetime) -> None:
    journal.record(
        facts.PEOPLE_TAGGED,
        run.organisation,
        at=at,
        by=run.by,
        about=("tag run", run.pk),
        state=run.state,
        people=people,
    )


def meant(run: TagRun) -> int:
    """How many people it was pressed for."""
    return TagRunPerson.objects.filter(run=run).count()
