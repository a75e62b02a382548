"""Forgetting someone wholly: only the keyed hashes that keep them from being contacted remain."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import F, Func, Model, Q, TextField, Value

from muster.journal import journal
from muster.organisations import erasing as of_organisations
from muster.organisations.models import Member, Organisation
from muster.people import counting, facts, filing, suppressing
from muster.people.contacts import national_digits
from muster.people.import_models import ImportedChange
from muster.people.merge_models import Merge, Pair
from muster.people.models import (
    ConsentEvent,
    ContactPoint,
    CustomValue,
    ImportRefusal,
    Person,
    PersonTag,
    Summary,
    Touched,
)
from muster.people.record_models import (
    Note,
    PersonChange,
    PersonTopic,
    Preference,
    Relationship,
    TagRunPerson,
)

RECORDS: tuple[type[Model], ...] = (
    PersonChange,
    Note,
    PersonTopic,
    Preference,
    Relationship,
    TagRunPerson,
    ImportedChange,
)
"""What is kept beside the facts about someone, and goes with them."""

Forget = Callable[[Organisation, int], None]
_forgetting: list[Forget] = []


def register(forget: Forget) -> Forget:
    """An upper room tells how to forget what it keeps about a person (organisation, person id)."""
    if forget not in _forgetting:
        _forgetting.append(forget)
    return forget


register(of_organisations.forget)


def erase(person: Person, *, by: Member | None, at: datetime) -> None:
    """Erase someone (DP-17). Facts keep their codes; every name, contact and word goes.

    Their addresses stay suppressed on every channel, so a later file cannot bring them back.
    """
    organisation, person_id, place_id = person.organisation, person.pk, person.seat_id
    with transaction.atomic():
        _hold(person)
        for channel, value in suppressing.addresses_of(person):
            suppressing.suppress(
                organisation, channel=channel, value=value, reason=suppressing.ERASED, at=at
            )
        for number in _also_called(person, at):
            for forget in _forgetting:
                forget(organisation, number)
        _forget_refused_rows(person)
        filing.remove(organisation.pk, person_id, person.folded.split())
        ConsentEvent.objects.filter(person=person).delete()
        ContactPoint.objects.filter(person=person).delete()
        PersonTag.objects.filter(person=person).delete()
        CustomValue.objects.filter(person=person).delete()
        for model in RECORDS:
            model._default_manager.filter(person=person).delete()
        Relationship.objects.filter(other=person).delete()
        person.delete()
        Summary.objects.filter(person_id=person_id).delete()
        Touched.objects.filter(person_id=person_id).delete()
        counting.forget(organisation.pk)
        journal.record(
            facts.PERSON_ERASED,
            organisation,
            at=at,
            person_id=person_id,
            place_id=place_id,
            by=by,
        )


def _hold(person: Person) -> None:
    """Lock in a sign-up's own order, addresses before the person: it waits, or we do."""
    list(ContactPoint.objects.select_for_update().filter(person=person).order_by("id"))
    person.refresh_from_db(from_queryset=Person.objects.select_for_update())


def _also_called(person: Person, at: datetime) -> list[int]:
    """Their number and those of whoever was merged into them, whose post is suppressed too.

    The records of those merges, and pairs, go with the person (their rows point at them).
    """
    merges = list(Merge.objects.filter(kept=person, undone_at=None))
    for row in (merged.record["person"] for merged in merges):
        if row["address"]:
            names = row["given_name"], row["family_name"]
            where = suppressing.postal(*names, row["address"], row["postcode"])
            suppressing.suppress(
                person.organisation, channel="post", value=where, reason=suppressing.ERASED, at=at
            )
    Pair.objects.filter(Q(first=person) | Q(second=person)).delete()
    return [person.pk, *(merged.gone_id for merged in merges)]


def _forget_refused_rows(person: Person) -> None:
    """Rows refused from files may hold them however typed: their number and reason stay."""
    refusals = ImportRefusal.objects.filter(of__organisation=person.organisation).alias(
        bare=Func(
            F("text"),
            Value("[ ().-]"),
            Value(""),
            Value("g"),
            function="regexp_replace",
            output_field=TextField(),
        )
    )
    for point in ContactPoint.objects.filter(person=person):
        if point.kind == ContactPoint.Kind.EMAIL:
            found = refusals.filter(text__icontains=point.value)
        else:
            found = refusals.filter(bare__contains=national_digits(point.value).lstrip("0"))
        found.update(text=suppressing.FORGOTTEN)
    if person.family_name and person.address:
        found = refusals.filter(text__icontains=person.family_name)
        found.filter(text__icontains=person.address).update(text=suppressing.FORGOTTEN)
