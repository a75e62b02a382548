"""Forgetting someone wholly: only the keyed hashes that keep them from being contacted remain.

What each room holds of them, it tells through its `held.py` (see `holding`).
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import F, Func, Model, Q, QuerySet, TextField, Value

from muster.journal import journal
from muster.organisations import auditing
from muster.organisations import erasing as of_organisations
from muster.organisations.models import Member, Organisation
from muster.people import counting, facts, filing, suppressing, tombstones
from muster.people.contacts import national_digits
from muster.people.duplicates.models import Merge, Pair
from muster.people.imports.models import ImportedChange
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
from muster.people.record.models import (
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

ERASED = "person erased"
Forget = Callable[[Organisation, int], None]
_forgetting: list[Forget] = []


def register(forget: Forget) -> Forget:
    """An upper room tells how to forget what it keeps about a person (organisation, person id)."""
    if forget not in _forgetting:
        _forgetting.append(forget)
    return forget


register(of_organisations.forget)


def erase(person: Person, *, by: Member | None, at: datetime, is_asked_for: bool = True) -> None:
    """Erase someone (DP-17). Facts keep their codes; every name, contact and word goes.

    Their addresses stay suppressed on every channel, so a later file cannot bring them back, and
    a keyed line outside the database keeps a restored backup from bringing them back (see
    `tombstones`). Not so when nobody asked: those whose time is over may come again.
    """
    organisation, person_id, place_id = person.organisation, person.pk, person.seat_id
    with transaction.atomic():
        _hold(person)
        merges = list(Merge.objects.filter(kept=person, undone_at=None))
        stops = [*suppressing.addresses_of(person), *_posts_of(merges)] if is_asked_for else []
        for channel, value in stops:
            suppressing.suppress(
                organisation, channel=channel, value=value, reason=suppressing.ERASED, at=at
            )
        for number in (person_id, *(merged.gone_id for merged in merges)):
            for forget in _forgetting:
                forget(organisation, number)
        refused_rows(person).update(text=suppressing.FORGOTTEN)
        filing.remove(organisation.pk, person_id, person.folded.split())
        ConsentEvent.objects.filter(person=person).delete()
        ContactPoint.objects.filter(person=person).delete()
        PersonTag.objects.filter(person=person).delete()
        CustomValue.objects.filter(person=person).delete()
        for model in RECORDS:
            model._default_manager.filter(person=person).delete()
        Relationship.objects.filter(other=person).delete()
        Pair.objects.filter(Q(first=person) | Q(second=person)).delete()
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
        auditing.note(ERASED, organisation, by=by, at=at, about=("person", person_id))
        if is_asked_for:
            codes = [person.code, *(merged.gone_code for merged in merges)]
            tombstones.lay(organisation, codes, stops, at)


def _hold(person: Person) -> None:
    """Lock in a sign-up's own order, addresses before the person: it waits, or we do."""
    list(ContactPoint.objects.select_for_update().filter(person=person).order_by("id"))
    person.refresh_from_db(from_queryset=Person.objects.select_for_update())


def _posts_of(merges: list[Merge]) -> list[tuple[str, str]]:
    """The post of whoever was merged into them; what was merged goes with the person."""
    rows = (merged.record["person"] for merged in merges)
    return [
        (
            "post",
            suppressing.postal(
                row["given_name"], row["family_name"], row["address"], row["postcode"]
            ),
        )
        for row in rows
        if row["address"]
    ]


def refused_rows(person: Person) -> QuerySet[ImportRefusal]:
    """Rows refused from files that hold them, however typed: by address, or by name and home."""
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
    theirs = Q(pk__in=())
    for point in ContactPoint.objects.filter(person=person):
        if point.kind == ContactPoint.Kind.EMAIL:
            theirs |= Q(text__icontains=point.value)
        else:
            theirs |= Q(bare__contains=national_digits(point.value).lstrip("0"))
    if person.family_name and person.address:
        theirs |= Q(text__icontains=person.family_name) & Q(text__icontains=person.address)
    return refusals.filter(theirs)
