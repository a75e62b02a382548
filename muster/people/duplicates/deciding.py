"""What people decide about duplicates: two people for ever; the sure ones without asking."""

from datetime import datetime

from django.db import transaction

from muster.organisations import auditing
from muster.organisations.models import Member, Organisation
from muster.people.duplicates.models import Pair, SureMerging
from muster.people.models import Person


def say_different(one: Person, other: Person, *, by: Member, at: datetime) -> Pair:
    """They are two people: no search shows them together again. Twice is once."""
    first, second = sorted((one, other), key=lambda person: person.pk)
    with transaction.atomic():
        pair, is_new = Pair.objects.select_for_update().get_or_create(
            first=first,
            second=second,
            defaults={
                "organisation_id": one.organisation_id,
                "found_at": at,
                "different_at": at,
                "different_by": by,
            },
        )
        if not is_new and pair.different_at is None:
            pair.different_at, pair.different_by = at, by
            pair.save(update_fields=["different_at", "different_by"])
    return pair


def merge_sure_unasked(
    organisation: Organisation, is_on: bool, *, by: Member, at: datetime
) -> None:
    """Have the sure ones merged after every search, in this member's name; or no more."""
    with transaction.atomic():
        SureMerging.objects.filter(organisation=organisation).delete()
        if is_on:
            SureMerging.objects.create(organisation=organisation, by=by, at=at)
        auditing.note(
            "sure duplicates merged unasked" if is_on else "sure duplicates wait for a press",
            organisation,
            by=by,
            at=at,
        )
