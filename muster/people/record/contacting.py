"""Ways of reaching someone, added, put right and taken away by hand."""

from django.db import IntegrityError, transaction

from muster.people import suppressing
from muster.people.contacts import NotAnEmail, NotAPhone, normal_email, normal_phone
from muster.people.models import ContactPoint, Person, Suppression
from muster.people.record import changing
from muster.people.record.changing import CannotEdit, Who
from muster.people.record.models import PersonChange

MOST = 20


class Taken(CannotEdit):
    """Someone else here has this e-mail address: `owner`."""

    def __init__(self, owner: Person) -> None:
        super().__init__("Someone else here has this e-mail address.")
        self.owner = owner


def add(person: Person, kind: str, typed: str, *, who: Who) -> PersonChange | None:
    """One more way to reach them; None: they had it already. Raises `CannotEdit`, `Taken`."""
    value = normal(kind, typed)
    with changing.changing(person, who):
        points = person.contact_points.filter(kind=kind)
        if points.filter(value=value).exists():
            return None
        if points.count() >= MOST:
            raise CannotEdit(f"Nobody has more than {MOST} of these: take one away first.")
        return put(person, kind, value, who)


def correct(
    person: Person, point_id: int, typed: str, *, was: str, who: Who
) -> PersonChange | None:
    """Put an address or a number right. Raises `CannotEdit`, `Taken`."""
    with changing.changing(person, who):
        point = _still(person, point_id, was)
        value = normal(point.kind, typed)
        if value == point.value:
            return None
        if person.contact_points.filter(kind=point.kind, value=value).exists():
            raise CannotEdit("They have this one already: take the wrong one away instead.")
        _refuse_if_taken(person, point.kind, value)
        before, point.value, point.state = point.value, value, ContactPoint.State.GOOD
        _save(person, point)
        return changing.note(person, point.kind, before, value, who)


def take_away(person: Person, point_id: int, *, was: str, who: Who) -> PersonChange:
    """They are not reached here any more. Raises `CannotEdit`."""
    with changing.changing(person, who):
        point = _still(person, point_id, was)
        point.delete()
        return changing.note(person, point.kind, point.value, "", who)


def put(
    person: Person,
    kind: str,
    value: str,
    who: Who,
    *,
    instead_of: str = "",
    undoes: PersonChange | None = None,
) -> PersonChange:
    """Keep a value that is normal already; within `changing`. Raises `CannotEdit`, `Taken`."""
    _refuse_if_taken(person, kind, value)
    point = ContactPoint(
        organisation_id=person.organisation_id, person=person, kind=kind, value=value
    )
    _save(person, point)
    return changing.note(person, kind, instead_of, value, who, undoes)


def normal(kind: str, typed: str) -> str:
    """The one form an address or number is kept in. Raises `CannotEdit`."""
    try:
        return normal_email(typed) if kind == ContactPoint.Kind.EMAIL else normal_phone(typed)
    except (NotAnEmail, NotAPhone) as refusal:
        raise CannotEdit(str(refusal)) from refusal


def _still(person: Person, point_id: int, was: str) -> ContactPoint:
    point = person.contact_points.filter(pk=point_id).first()
    if point is None:
        raise CannotEdit(f"“{was}” was taken away by someone else meanwhile.")
    if was and point.value != was:
        raise CannotEdit(f"Someone else changed “{was}” to “{point.value}” meanwhile.")
    return point


def _refuse_if_taken(person: Person, kind: str, value: str) -> None:
    """No address of someone erased comes back by hand either (DP-17); one e-mail, one person."""
    keys = [suppressing.key_for(c, value) for c in suppressing.CHANNELS_OF[kind]]
    erased = Suppression.objects.filter(
        organisation_id=person.organisation_id, key__in=keys, reason=suppressing.ERASED
    )
    if erased.exists():
        raise CannotEdit(f"{suppressing.REFUSAL} Whoever had it was erased at their wish.")
    if kind == ContactPoint.Kind.EMAIL and (owner := _owner(person, value)):
        raise Taken(owner)


def _owner(person: Person, value: str) -> Person | None:
    points = ContactPoint.objects.filter(organisation_id=person.organisation_id, value=value)
    taken = points.filter(kind=ContactPoint.Kind.EMAIL).exclude(person=person)
    found = taken.select_related("person").first()
    return found.person if found else None


def _save(person: Person, point: ContactPoint) -> None:
    """A sign-up may take the address between asking and writing: the database decides."""
    try:
        with transaction.atomic():
            point.save()
    except IntegrityError as refusal:
        if owner := _owner(person, point.value):
            raise Taken(owner) from refusal
        raise CannotEdit("This one is taken already.") from refusal
