"""People at one address live together, as far as we can tell."""

from collections.abc import Collection

from django.db import connection
from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from muster.people.models import ContactPoint, Person
from muster.people.suppressing import key_for
from muster.people.words import fold


def key_of(address: str, postcode: str) -> str:
    """64 hex digits that stand for one home; empty when the address is not known well enough."""
    first_line = " ".join(fold(address.partition(",")[0]).split())
    if not first_line or not postcode:
        return ""
    return key_for("home", f"{first_line}|{postcode.replace(' ', '')}").hex()


def ids_of(organisation_id: int, keys: Collection[str]) -> dict[str, int]:
    """The household of each key, made where nobody of the home is on the list yet."""
    if not keys:
        return {}
    asked = sorted(keys)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_household (organisation_id, key)"
            " SELECT %s, unnest(%s::text[]) ON CONFLICT DO NOTHING RETURNING key, id",
            [organisation_id, asked],
        )
        found: dict[str, int] = dict(cursor.fetchall())
        if missing := [key for key in asked if key not in found]:
            cursor.execute(
                "SELECT key, id FROM people_household WHERE organisation_id = %s AND key = ANY(%s)",
                [organisation_id, missing],
            )
            found.update(cursor.fetchall())
    return found


def housemates(person: Person) -> QuerySet[Person]:
    """Who seems to live with someone: at their address, or reached by a phone they share.

    `at_home` tells the one from the other. Someone else's reach is the caller's to ask.
    """
    phones = ContactPoint.objects.filter(person=person, kind="phone").values("value")
    sharing = ContactPoint.objects.filter(
        organisation_id=person.organisation_id, kind="phone", value__in=phones
    ).values("person_id")
    at_home = Q(household_id=person.household_id) if person.household_id else Q(pk__in=[])
    others = Person.objects.filter(organisation_id=person.organisation_id).exclude(pk=person.pk)
    home = Case(When(at_home, then=Value(True)), default=False, output_field=BooleanField())
    found = others.filter(at_home | Q(pk__in=sharing)).annotate(at_home=home)
    return found.order_by("-at_home", "pk")
