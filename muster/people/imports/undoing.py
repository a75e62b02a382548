"""Undoing an import: who came with it goes and what it filled is emptied, unless used since.

Opt-outs it brought stay for good: an undo never makes anyone reachable again.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from muster.journal import journal
from muster.lib.times import now
from muster.organisations import auditing
from muster.organisations.models import Member
from muster.people import counting, facts, filing
from muster.people.duplicates.models import Pair
from muster.people.imports import choosing, clearing, intake, putting_back, using
from muster.people.imports.models import ImportedBatch, ImportedChange
from muster.people.models import (
    ConsentEvent,
    ContactPoint,
    CustomValue,
    Import,
    Person,
    PersonTag,
)
from muster.people.record.models import PersonChange

AT_ONCE = 1_000
LOOKED_AT = 6
"""Batches and portions looked through before someone presses."""
RUNNING = "It is still being taken in: stop it first, then undo it."
NOTHING_YET = "Nothing was taken in yet, so there is nothing to undo."
UNDONE = (Import.State.UNDOING, Import.State.UNDONE)
UNDOABLE = (Import.State.FINISHED, Import.State.STOPPED)
WORDS = """
DELETE FROM people_personword word
 USING people_person person, unnest(string_to_array(trim(person.folded), ' ')) AS of_person (word)
 WHERE person.id = ANY(%s) AND word.organisation_id = person.organisation_id
   AND word.word = of_person.word AND word.person_id = person.id
"""
HOMES = """
DELETE FROM people_household home WHERE id = ANY(%s)
   AND NOT EXISTS (SELECT 1 FROM people_person WHERE household_id = home.id)
"""


OF_IMPORTS = (ImportedChange, PersonChange)
"""What it wrote down about those whom it made, and met again further down the file."""


class CannotUndoImport(Exception):
    """The import cannot be undone; says why."""


def undo(taken: Import, *, by: Member, at: datetime) -> None:
    """Have it undone by a job. Pressing twice is pressing once. Raises `CannotUndoImport`."""
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=taken.pk)
        if locked.state in UNDONE:
            return
        if locked.state not in UNDOABLE:
            raise CannotUndoImport(problem_of(locked))
        Import.objects.filter(pk=taken.pk).update(
            state=Import.State.UNDOING, undone_by=by, undone_at=at, undone={}
        )
        auditing.note(
            facts.IMPORT_UNDONE, taken.organisation, by=by, at=at, about=("import", taken.pk)
        )
        choosing.queue("people.undo_import", taken)


def problem_of(taken: Import) -> str:
    """Why an import in this state cannot be undone."""
    is_running = taken.state in (Import.State.WAITING, Import.State.RUNNING)
    return RUNNING if is_running else NOTHING_YET


def carry_out(import_id: int) -> Import:
    """Undo what is left of it, batch by batch. Safe to run again after a crash."""
    taken = Import.objects.select_related("organisation", "undone_by").get(pk=import_id)
    intake.only_one_import(taken.organisation_id)
    try:
        taken.refresh_from_db()
        while taken.state == Import.State.UNDOING and _a_portion(taken):
            counting.forget(taken.organisation_id)
    finally:
        intake.let_others(taken.organisation_id)
    taken.refresh_from_db()
    if taken.state == Import.State.UNDONE:
        clearing.remove(taken)  # one stopped half-way still had its file
    return taken


def outlook(taken: Import) -> dict[str, Any]:
    """What an undo would do just now: `gone`, `emptied`, and `kept` by reason.

    Of large imports only the beginning is looked at: `is_whole` says whether it was all.
    """
    tally: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    batches = list(_batches(taken)[: LOOKED_AT + 1])
    for batch in batches[:LOOKED_AT]:
        ids, stay = _made(taken, batch)
        tally["gone"] += len(ids) - len(stay)
        kept += Counter(stay.values())
    people = _filled(taken)
    count = people.count()
    for ids in _portions(people[: LOOKED_AT * AT_ONCE]):
        stay = _used(taken, ids)
        tally["emptied"] += len(ids) - len(stay)
        kept += Counter(stay.values())
    is_whole = len(batches) <= LOOKED_AT and count <= LOOKED_AT * AT_ONCE
    return {"gone": 0, "emptied": 0, **tally, "kept": dict(kept), "is_whole": is_whole}


def _a_portion(taken: Import) -> bool:
    """One transaction's worth; False: that was all, and it is undone."""
    with transaction.atomic():
        if batch := _batches(taken).select_for_update().first():
            _undo_batch(taken, batch)
            return True
        if ids := list(_filled(taken)[:AT_ONCE]):
            _undo_filled(taken, ids)
            return True
        Import.objects.filter(pk=taken.pk).update(state=Import.State.UNDONE, finished_at=now())
        journal.record(
            facts.IMPORT_UNDONE,
            taken.organisation,
            at=now(),
            by=taken.undone_by,
            about=("import", taken.pk),
        )
    return False


def _batches(taken: Import) -> Any:
    return ImportedBatch.objects.filter(of=taken, undone_at=None).order_by("id")


def _filled(taken: Import) -> Any:
    """Ids of those known before to whom it added something. Who came with it goes otherwise."""
    changes = ImportedChange.objects.filter(of=taken).exclude(person__came_with=taken)
    return changes.order_by("person_id").values_list("person_id", flat=True).distinct()


def _portions(ids: Iterable[int]) -> Iterable[list[int]]:
    each = iter(ids)
    while portion := list(islice(each, AT_ONCE)):
        yield portion


def _made(taken: Import, batch: ImportedBatch) -> tuple[list[int], dict[int, str]]:
    """Who came with it in this batch, and who of them stays and why."""
    people = Person.objects.filter(
        organisation_id=taken.organisation_id,
        pk__range=(batch.first_id, batch.last_id),
        came_with=taken,
    )
    ids = list(people.order_by("id").values_list("id", flat=True))
    began = taken.started_at or batch.at
    stay = using.used(
        taken.organisation_id, ids, of=taken.pk, began=began, at=batch.at, were_made=True
    )
    return ids, stay


def _used(taken: Import, ids: list[int]) -> dict[int, str]:
    """Who of these known people stays as they are now, and why: what came since counts."""
    began = taken.started_at or now()
    return using.used(
        taken.organisation_id, ids, of=taken.pk, began=began, at=began, were_made=False
    )


def _undo_batch(taken: Import, batch: ImportedBatch) -> None:
    _hold(_made(taken, batch)[0])
    ids, stay = _made(taken, batch)
    gone = [person_id for person_id in ids if person_id not in stay]
    _remove(gone)
    _tell(taken, gone=len(gone), stay=stay)
    ImportedBatch.objects.filter(pk=batch.pk).update(undone_at=now())


def _hold(ids: list[int]) -> None:
    """Lock in a sign-up's own order, addresses before people: who is quicker is seen after."""
    points = ContactPoint.objects.select_for_update().filter(person__in=ids).order_by("id")
    list(points.values_list("id"))
    list(Person.objects.select_for_update().filter(pk__in=ids).order_by("id").values_list("id"))


def _remove(ids: list[int]) -> None:
    """Remove people whom nothing but their import knows."""
    if not ids:
        return
    people = Person.objects.filter(pk__in=ids)
    homes = list(people.exclude(household=None).values_list("household_id", flat=True))
    Pair.objects.filter(Q(first__in=ids) | Q(second__in=ids)).delete()
    with connection.cursor() as cursor:
        cursor.execute(WORDS, [ids])
        for model in (ConsentEvent, ContactPoint, PersonTag, CustomValue, *OF_IMPORTS, Person):
            column = "id" if model is Person else "person_id"
            cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE {column} = ANY(%s)", [ids])
        cursor.execute(HOMES, [homes])


def _undo_filled(taken: Import, ids: list[int]) -> None:
    _hold(ids)
    stay = _used(taken, ids)
    changes = ImportedChange.objects.filter(of=taken, person__in=ids)
    emptied = changes.exclude(person__in=list(stay)).order_by("-id")  # the last one first
    putting_back.put_back(emptied.values_list("person_id", "id"), taken)
    filing.file_many(taken.organisation_id, [i for i in ids if i not in stay])
    changes.delete()
    _tell(taken, emptied=len(ids) - len(stay), stay=stay)


def _tell(taken: Import, *, stay: dict[int, str], gone: int = 0, emptied: int = 0) -> None:
    """Add to what the page says of it."""
    told = Import.objects.get(pk=taken.pk).undone
    kept = Counter(told.get("kept", {})) + Counter(using.by_reason(stay))
    told = {
        "gone": told.get("gone", 0) + gone,
        "emptied": told.get("emptied", 0) + emptied,
        "kept": dict(kept),
    }
    Import.objects.filter(pk=taken.pk).update(undone=told, heard_at=now())
