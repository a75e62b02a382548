"""Who has to do with whom: told once, shown on both people's pages."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from muster.journal import journal
from muster.organisations.models import Member
from muster.people import facts
from muster.people.models import Person
from muster.people.record.models import Relationship
from muster.places.scope import Reach

Kind = Relationship.Kind
READS = {
    Kind.RELATIVE: ("Relative of", "Relative of"),
    Kind.PARTNER: ("Partner of", "Partner of"),
    Kind.HOUSEMATE: ("Lives with", "Lives with"),
    Kind.FRIEND: ("Friend of", "Friend of"),
    Kind.COLLEAGUE: ("Works with", "Works with"),
    Kind.CARER: ("Cares for", "Is cared for by"),
    Kind.EMPLOYER: ("Employs", "Works for"),
    Kind.INTRODUCED: ("Introduced", "Was introduced by"),
}
"""How each kind reads from the one side and from the other."""
BOTH_WAYS = frozenset(kind for kind, (one, other) in READS.items() if one == other)


class CannotTie(Exception):
    """These two cannot be tied so; says why."""


@dataclass(frozen=True)
class Tie:
    """One relationship as it reads on someone's page."""

    number: int
    words: str
    other: Person


def tie(person: Person, other: Person, kind: str, *, by: Member, at: datetime) -> None:
    """Say that `person` is `kind` of `other`. Twice is once. Raises `CannotTie`."""
    if kind not in Kind.values:
        raise CannotTie("Choose how they know each other.")
    if person.pk == other.pk:
        raise CannotTie("That is the same person.")
    if person.organisation_id != other.organisation_id:
        raise CannotTie("They are not on the same list.")
    with transaction.atomic():
        turned = Relationship.objects.filter(person=other, other=person, kind=kind)
        if kind in BOTH_WAYS and turned.exists():
            return
        _, is_new = Relationship.objects.get_or_create(
            person=person,
            other=other,
            kind=kind,
            defaults={"organisation_id": person.organisation_id, "by": by, "at": at},
        )
        if is_new:
            _tell(facts.TIED, (person, other), kind, by, at)


def untie(tie_id: int, person: Person, *, by: Member, at: datetime) -> None:
    """They have no more to do with each other. Twice is once."""
    mine = Relationship.objects.filter(Q(person=person) | Q(other=person), pk=tie_id)
    with transaction.atomic():
        if found := mine.select_related("person", "other").first():
            _tell(facts.UNTIED, (found.person, found.other), found.kind, by, at)
            found.delete()


def ties_of(person: Person, reach: Reach) -> list[Tie]:
    """Everyone they have to do with, as far as whoever asks may see them."""
    mine = Relationship.objects.filter(organisation_id=person.organisation_id)
    given = mine.filter(person=person).filter(reach.within("see people", "other__seat_id"))
    taken = mine.filter(other=person).filter(reach.within("see people", "person__seat_id"))
    found = [Tie(t.pk, READS[Kind(t.kind)][0], t.other) for t in given.select_related("other")]
    found += [Tie(t.pk, READS[Kind(t.kind)][1], t.person) for t in taken.select_related("person")]
    return sorted(found, key=lambda tie: (tie.words, tie.other.family_name, tie.number))


def _tell(
    kind_of_fact: str, both: tuple[Person, Person], kind: str, by: Member, at: datetime
) -> None:
    for one in both:
        journal.record(
            kind_of_fact,
            one.organisation,
            at=at,
            person_id=one.pk,
            place_id=one.seat_id,
            by=by,
            kind_of_tie=kind,
        )
