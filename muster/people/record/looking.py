"""Who looked at someone: audited once an hour for each member, and told on the person's page."""

from datetime import datetime

from django.db.models import QuerySet

from muster.organisations import auditing
from muster.organisations.models import AuditEntry, Member
from muster.people.duplicates import merging
from muster.people.models import Person

LOOKED = "person looked at"
SPECIAL_READ = "special data read"


def look(person: Person, *, by: Member, at: datetime) -> None:
    """Write down that a member looks at someone, unless they did so within this hour."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    if not looks(person).filter(kind=LOOKED, member=by, at__gte=hour).exists():
        auditing.note(LOOKED, person.organisation, by=by, at=at, about=("person", person.pk))


def read_special(person: Person, fields: list[int], *, by: Member, at: datetime) -> None:
    """Write down that a member reads special data of someone: every time (DP-9, SEC-3)."""
    if fields:
        auditing.note(
            SPECIAL_READ,
            person.organisation,
            by=by,
            at=at,
            about=("person", person.pk),
            fields=fields,
        )


def looks(person: Person) -> "QuerySet[AuditEntry]":
    """Everything in the audit about someone, the latest first."""
    entries = AuditEntry.objects.filter(
        organisation_id=person.organisation_id,
        about_kind="person",
        about_id__in=merging.numbers_of(person),
    )
    return entries.order_by("-at", "-number")
