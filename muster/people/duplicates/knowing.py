"""Reading what is known of many people at once, as it is compared (`traits.Known`)."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from muster.people.duplicates.traits import Known
from muster.people.models import CustomField

BORN = ("date_of_birth", "birth_date", "born", "dob", "birthday")
"""Keys of a custom field that holds the day of birth."""
SQL = """
SELECT p.id, p.given_name, p.family_name, coalesce(c.emails, '{{}}'), coalesce(c.phones, '{{}}'),
       p.postcode, p.address, {born}, p.seat_id
  FROM people_person p
  LEFT JOIN LATERAL (
       SELECT array_agg(value) FILTER (WHERE kind = 'email') AS emails,
              array_agg(value) FILTER (WHERE kind = 'phone') AS phones
         FROM people_contactpoint WHERE person_id = p.id) c ON true
 WHERE p.organisation_id = %s AND {which}
"""
BORN_SQL = (
    "(SELECT on_date FROM people_customvalue WHERE person_id = p.id AND field_id IN ({fields})"
    " AND on_date IS NOT NULL LIMIT 1)"
)


def known(organisation_id: int, numbers: Sequence[int]) -> list[Known]:
    """These people of the organisation, those that are still there."""
    return _read(organisation_id, _born(organisation_id), "p.id = ANY(%s)", [list(numbers)])


def known_after(
    organisation_id: int, at_once: int, *, came_with: int | None = None
) -> Iterator[list[Known]]:
    """Everyone (or whom one import brought), a few thousand at a time, in the order of numbers."""
    last, born = 0, _born(organisation_id)
    which = "p.id > %s ORDER BY p.id LIMIT %s"
    if came_with is not None:
        which = f"p.came_with_id = {int(came_with)} AND {which}"
    while people := _read(organisation_id, born, which, [last, at_once]):
        yield people
        last = people[-1].id


def _read(organisation_id: int, born: str, which: str, values: list[Any]) -> list[Known]:
    with connection.cursor() as cursor:
        cursor.execute(SQL.format(born=born, which=which), [organisation_id, *values])
        return [
            Known(number, given, family, tuple(emails), tuple(phones), *rest)
            for number, given, family, emails, phones, *rest in cursor.fetchall()
        ]


def _born(organisation_id: int) -> str:
    fields = CustomField.objects.filter(
        organisation_id=organisation_id, key__in=BORN, kind="date", retired_at=None
    )
    numbers = [str(number) for number in fields.values_list("id", flat=True)]
    return BORN_SQL.format(fields=", ".join(numbers)) if numbers else "NULL::date"
