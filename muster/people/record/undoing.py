"""Taking one change of someone back, as long as nothing was changed there since."""

from muster.people.models import ContactPoint, Person
from muster.people.record import changing, contacting, editing
from muster.people.record.changing import CannotEdit, Who
from muster.people.record.editing import FIELDS, Where
from muster.people.record.models import PersonChange

CONTACTS = frozenset(ContactPoint.Kind.values)


class CannotUndo(CannotEdit):
    """The change cannot be taken back; says why."""


SINCE = "It was changed again since: change it by hand."


def may_undo(change: PersonChange) -> bool:
    """Is it of a kind that can be taken back, and was not yet?"""
    return change.field in (*FIELDS, *CONTACTS) and not hasattr(change, "undone_by")


def undo(change: PersonChange, who: Who) -> None:
    """Put back what was there before; with a postcode goes the seat it brought.

    Pressing twice is pressing once. Raises `CannotUndo`, and `contacting.Taken`.
    """
    person = change.person
    with changing.changing(person, who):
        if PersonChange.objects.filter(undoes=change).exists():
            return
        if change.field in FIELDS:
            _put_back(person, change, who)
        elif change.field in CONTACTS:
            _put_back_contact(person, change, who)
        else:
            raise CannotUndo("This kind of change is taken back where it was made.")


def _put_back(person: Person, change: PersonChange, who: Who) -> None:
    if getattr(person, change.field) != change.after:
        raise CannotUndo(SINCE)
    setattr(person, change.field, change.before)
    person.save(update_fields=[change.field])
    changing.note(person, change.field, change.after, change.before, who, change)
    if change.field == "postcode":
        _put_back_seat(person, change, who)
    if change.field in ("address", "postcode"):
        editing.house(person)


def _put_back_seat(person: Person, change: PersonChange, who: Who) -> None:
    moves = PersonChange.objects.filter(person=person, field="seat", at=change.at)
    if (move := moves.first()) and Where.of(person).written() == move.after:
        editing.move(person, Where.read(move.before), who)


def _put_back_contact(person: Person, change: PersonChange, who: Who) -> None:
    points = person.contact_points.filter(kind=change.field)
    if not change.after:
        if points.filter(value=change.before).exists():
            raise CannotUndo("They have this one again already.")
        contacting.put(person, change.field, change.before, who, undoes=change)
        return
    point = points.filter(value=change.after).first()
    if point is None:
        raise CannotUndo(SINCE)
    point.delete()
    if change.before:
        back = change.before
        contacting.put(person, change.field, back, who, instead_of=change.after, undoes=change)
    else:
        changing.note(person, change.field, change.after, "", who, change)
