"""Undoing a merge: both people again, as far as what came since allows; and that is said."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from muster.journal import journal
from muster.journal.models import Fact
from muster.organisations import auditing
from muster.organisations.models import Member
from muster.organisations.scoping import whole_organisation
from muster.people import counting, facts, filing
from muster.people.duplicates import joining, merging, moving
from muster.people.duplicates.models import Merge
from muster.people.duplicates.movers import all_movers
from muster.people.models import Channel, ConsentEvent, Person, Suppression


class CannotUndo(Exception):
    """Why the two cannot be taken apart now."""


@dataclass(frozen=True)
class Undone:
    """The one who is back; `stayed`, in words, what could not be taken apart."""

    person: Person
    stayed: list[str] = field(default_factory=list)


def undo(merge: Merge, *, by: Member, at: datetime) -> Undone:
    """Restore both. What happened since the merge stays with the one who was kept.

    Raises `CannotUndo`.
    """
    try:
        with whole_organisation(), transaction.atomic():
            merge.refresh_from_db(from_queryset=Merge.objects.select_for_update())
            kept = Person.objects.select_for_update().get(pk=merge.kept_id)
            _may_undo(merge)
            return _part(merge, kept, by, at)
    except IntegrityError as problem:
        raise CannotUndo(
            "Someone else has taken what only one person may have (an external id)."
        ) from problem


def _may_undo(merge: Merge) -> None:
    if merge.undone_at is not None:
        raise CannotUndo("This merge was undone already.")
    later = Merge.objects.filter(kept=merge.kept_id, undone_at=None, pk__gt=merge.pk)
    if newest := later.order_by("-pk").first():
        raise CannotUndo(f"They were merged again on {newest.at:%-d %B %Y}: undo that merge first.")


def _part(merge: Merge, kept: Person, by: Member, at: datetime) -> Undone:
    record = merge.record
    changed = joining.empty_again(kept, record["filled"])
    _unsay(record)
    if not moving.restore("people_person", record["person"]):
        raise IntegrityError
    lost = _move_all_back(merge, record["tables"])
    gone = Person.objects.get(pk=merge.gone_id)
    for person in (kept, gone):
        filing.file(person)
    _no_to_both(kept, gone, merge.at)
    merge.undone_at, merge.undone_by, merge.record = at, by, {}
    merge.save(update_fields=["undone_at", "undone_by", "record"])
    counting.forget(kept.organisation_id)
    _tell(merge, kept, gone, by, at)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return Undone(gone, _stayed(merge, kept, changed, lost))


def _unsay(record: dict[str, Any]) -> None:
    """The no and the stops that only the merge had brought."""
    ConsentEvent.objects.filter(pk__in=record["no"], source=merging.SAID_NO).delete()
    Suppression.objects.filter(pk__in=record["stopped"]).delete()


def _move_all_back(merge: Merge, moved: dict[str, Any]) -> int:
    by_name = {reference.name: reference for reference in moving.references()}
    lost = 0
    for name, reference in by_name.items():
        lost += moving.move_back(reference, merge.kept_id, merge.gone_id, moved.get(name, {}))
    for mover in all_movers():
        if mover.name in moved:
            lost += mover.back(
                merge.organisation_id, merge.kept_id, merge.gone_id, moved[mover.name]
            )
    return lost


def _no_to_both(kept: Person, gone: Person, since: datetime) -> None:
    """Which of the two said no since, nobody can tell: it holds for both."""
    said = ConsentEvent.objects.filter(person=kept, is_given=False, at__gt=since)
    ConsentEvent.objects.bulk_create(
        [
            ConsentEvent(
                organisation_id=gone.organisation_id,
                person=gone,
                channel=event.channel,
                purpose=event.purpose,
                is_given=False,
                source=event.source,
                by_id=event.by_id,
                at=event.at,
            )
            for event in said
            if event.channel in Channel.values
        ],
        ignore_conflicts=True,
    )


def _stayed(merge: Merge, kept: Person, changed: list[str], lost: int) -> list[str]:
    since = Fact.objects.filter(
        organisation_id=kept.organisation_id, person_id=kept.pk, at__gt=merge.at
    ).exclude(kind__in=[facts.PEOPLE_MERGED, facts.PEOPLE_PARTED])
    name = f"{kept.given_name} {kept.family_name}".strip() or "the one kept"
    words = []
    if happened := since.count():
        words.append(
            f"{happened} thing{'s' if happened != 1 else ''} that happened since the merge"
            f" stay{'s' if happened == 1 else ''} with {name}."
        )
    if changed:
        named = ", ".join(column.removesuffix("_id").replace("_", " ") for column in changed)
        words.append(f"Changed since, and so left as it is: {named}.")
    if lost:
        words.append(f"{lost} row{'s' if lost != 1 else ''} were removed or replaced since.")
    return words


def _tell(merge: Merge, kept: Person, gone: Person, by: Member, at: datetime) -> None:
    for person in (kept, gone):
        journal.record(
            facts.PEOPLE_PARTED,
            person.organisation,
            at=at,
            person_id=person.pk,
            place_id=person.seat_id,
            by=by,
            about=("merge", merge.pk),
        )
    auditing.note(
        "merge undone",
        kept.organisation,
        by=by,
        at=at,
        about=("person", kept.pk),
        gone=gone.pk,
        merge=merge.pk,
    )
