"""Notes on people: written by a member, changed by nobody else, forgotten with the person."""

from datetime import datetime

from django.db import transaction

from muster.organisations.models import Member
from muster.people.models import Person
from muster.people.record import changing
from muster.people.record.changing import Who
from muster.people.record.models import Note, PersonChange

LONGEST = 5_000


class CannotNote(Exception):
    """The note cannot be kept so; says why."""


def write(person: Person, text: str, *, by: Member, at: datetime) -> Note:
    """Note something about someone. Raises `CannotNote`."""
    return Note.objects.create(
        organisation_id=person.organisation_id, person=person, text=_tidy(text), by=by, at=at
    )


def rewrite(note: Note, text: str, *, by: Member, at: datetime) -> None:
    """Its writer words it otherwise; the words before stay readable. Raises `CannotNote`."""
    text = _tidy(text)
    with transaction.atomic():
        note = Note.objects.select_for_update().get(pk=note.pk)
        if note.by_id != by.pk:
            raise CannotNote("Only whoever wrote a note changes it: add one of your own.")
        if text == note.text:
            return
        changing.note(note.person, f"note:{note.pk}", note.text, text, Who(by, at))
        note.text, note.edited_at = text, at
        note.save(update_fields=["text", "edited_at"])


def remove(note: Note, *, by: Member, may_remove_others: bool = False) -> None:
    """A note goes for good, its earlier words too. Raises `CannotNote`."""
    if note.by_id != by.pk and not may_remove_others:
        raise CannotNote("Only whoever wrote a note takes it away.")
    with transaction.atomic():
        PersonChange.objects.filter(person_id=note.person_id, field=f"note:{note.pk}").delete()
        note.delete()


def _tidy(text: str) -> str:
    words = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not words:
        raise CannotNote("Write something first.")
    if len(words) > LONGEST:
        raise CannotNote(f"A note may have {LONGEST:,} letters at most; this has {len(words):,}.")
    return words
