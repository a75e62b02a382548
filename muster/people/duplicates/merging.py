"""Two people of the list become one: both histories, the strictest permission, one way back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from muster.journal import journal
from muster.organisations import auditing
from muster.organisations.models import Member, Organisation
from muster.organisations.scoping import whole_organisation
from muster.people import consenting, counting, facts, filing, placing, suppressing
from muster.people.duplicates import joining, moving
from muster.people.duplicates.models import Merge
from muster.people.duplicates.movers import Mover, all_movers, register
from muster.people.models import ConsentEvent, ContactPoint, Person, Suppression

__all__ = ["CannotMerge", "Mover", "current_id", "merge", "numbers_of", "prefer", "register"]
SAID_NO = "Merged: one of the two had said no"


class CannotMerge(Exception):
    """Why these two cannot become one now."""


@dataclass(frozen=True)
class Before:
    """What each had said and asked before they were joined: the stricter of both holds after."""

    no: frozenset[tuple[str, str]]  # channel, purpose
    stopped: dict[str, str]  # channel, reason


def merge(
    kept: Person,
    gone: Person,
    *,
    by: Member | None,
    at: datetime,
    levels: Iterable[str] = (),
    run_id: int | None = None,
) -> Merge:
    """Everything of `gone` becomes `kept`'s; what is known of `kept` stands, blanks are filled.

    A no of either is a no, and who of the two asked to stop is stopped under every address. The
    record of what moved lets `unmerging.undo` restore both. Raises `CannotMerge`.
    """
    if kept.pk == gone.pk or kept.organisation_id != gone.organisation_id:
        raise CannotMerge("Choose two different people of this list.")
    try:
        with whole_organisation(), transaction.atomic():
            _hold(kept, gone)
            return _join(kept, gone, by, at, list(levels), run_id)
    except IntegrityError as problem:
        raise CannotMerge(
            "Something is kept about one of them that cannot stand with the other."
        ) from problem


def _hold(kept: Person, gone: Person) -> None:
    """Lock both in a sign-up's own order, addresses before people; no import may run meanwhile."""
    org = kept.organisation_id
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock_shared(hashtext('muster import'), %s)", [org]
        )
        if not cursor.fetchone()[0]:
            raise CannotMerge("An import is running: merge when it has finished.")
    both = [kept.pk, gone.pk]
    list(ContactPoint.objects.select_for_update().filter(person__in=both).order_by("id"))
    there = Person.objects.select_for_update().filter(pk__in=both).order_by("pk")
    if len(list(there)) < 2:
        raise CannotMerge("One of the two is not on the list any more.")
    kept.refresh_from_db()
    gone.refresh_from_db()


def _join(
    kept: Person, gone: Person, by: Member | None, at: datetime, levels: list[str], run: int | None
) -> Merge:
    before = _before(kept, gone)
    record: dict[str, Any] = {"person": moving.rows_of("people_person", "id = %s", [gone.pk])[0]}
    filing.remove(kept.organisation_id, gone.pk, gone.folded.split())
    record["tables"] = _move_all(kept, gone)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_person WHERE id = %s", [gone.pk])
    record["filled"] = joining.fill_blanks(kept, gone)
    filing.file(kept)
    record["no"] = _say_no(kept, before, by, at)
    record["stopped"] = _stop(kept, before, at)
    if kept.seat_id and kept.seat_id != gone.seat_id:
        placing.follow(kept, at)
    counting.forget(kept.organisation_id)
    merged = Merge.objects.create(
        organisation_id=kept.organisation_id,
        kept=kept,
        gone_id=gone.pk,
        gone_code=gone.code,
        gone_external_id=gone.external_id,
        run_id=run,
        levels=levels,
        record=record,
        by=by,
        at=at,
    )
    _tell(merged, kept, by, at)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return merged


def _move_all(kept: Person, gone: Person) -> dict[str, Any]:
    moved: dict[str, Any] = {}
    for mover in all_movers():
        moved[mover.name] = mover.move(kept.organisation_id, kept.pk, gone.pk)
    for reference in moving.references():
        if record := moving.move(reference, kept.pk, gone.pk):
            moved[reference.name] = record
    return moved


def _before(kept: Person, gone: Person) -> Before:
    no: set[tuple[str, str]] = set()
    for person in (kept, gone):
        purposes = ConsentEvent.objects.filter(person=person).values_list("purpose", flat=True)
        for purpose in purposes.distinct():
            for channel, said in consenting.standing(person, purpose).items():
                if said.at is not None and not said.is_given:
                    no.add((channel, purpose))
    stopped = {
        channel: row.reason
        for person in (gone, kept)
        for channel, row in suppressing.suppressed_channels(person).items()
    }
    return Before(frozenset(no), stopped)


def _say_no(kept: Person, before: Before, by: Member | None, at: datetime) -> list[int]:
    """Where either had said no and the other's later yes would count, the no is said again."""
    added = []
    for channel, purpose in sorted(before.no):
        if consenting.standing(kept, purpose)[channel].is_given:
            event = consenting.withdraw(
                kept, channel, source=SAID_NO, at=at, purpose=purpose, by=by
            )
            added.append(event.pk)
    return added


def _stop(kept: Person, before: Before, at: datetime) -> list[int]:
    """Who had asked to stop under one address is stopped under all that are theirs now."""
    added = []
    for channel, value in suppressing.addresses_of(kept):
        reason = before.stopped.get(channel)
        if reason is None or suppressing.is_suppressed(kept.organisation, channel, value):
            continue
        key = suppressing.key_for(channel, value)
        added.append(
            Suppression.objects.create(
                organisation=kept.organisation, channel=channel, key=key, reason=reason, at=at
            ).pk
        )
    return added


def _tell(merged: Merge, kept: Person, by: Member | None, at: datetime) -> None:
    journal.record(
        facts.PEOPLE_MERGED,
        kept.organisation,
        at=at,
        person_id=kept.pk,
        place_id=kept.seat_id,
        by=by,
        about=("merge", merged.pk),
        gone=merged.gone_id,
    )
    auditing.note(
        "people merged",
        kept.organisation,
        by=by,
        at=at,
        about=("person", kept.pk),
        gone=merged.gone_id,
        merge=merged.pk,
    )


def prefer(one: Person, other: Person) -> tuple[Person, Person]:
    """Whom to keep, and who goes: who has an external id, then the longer on the list."""

    def worth(person: Person) -> tuple[bool, float, int]:
        return not person.external_id, person.joined_at.timestamp(), person.pk

    first, second = sorted((one, other), key=worth)
    return first, second


def current_id(organisation: Organisation | int, person_id: int) -> int:
    """The number somebody goes by now, whom an older link or log may still call by another."""
    org = organisation if isinstance(organisation, int) else organisation.pk
    merges = Merge.objects.filter(organisation_id=org, gone_id=person_id, undone_at=None)
    kept = merges.values_list("kept_id", flat=True).first()
    return kept or person_id


def current_code(organisation: Organisation, code: UUID) -> UUID | None:
    """The code of whoever somebody was merged into; None: this code is nobody's of old."""
    merges = Merge.objects.filter(organisation=organisation, gone_code=code, undone_at=None)
    return merges.values_list("kept__code", flat=True).first()


def numbers_of(person: Person) -> list[int]:
    """Every number someone goes or went by: their own first."""
    gone = Merge.objects.filter(kept=person, undone_at=None).values_list("gone_id", flat=True)
    return [person.pk, *gone]
