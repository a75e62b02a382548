"""Saying whose summary is out of date, where the database cannot see it by itself."""

from collections.abc import Iterable

from muster.people.models import ContactPoint, Touched


def touch(organisation_id: int, people: Iterable[int]) -> None:
    """Their summaries are worked out anew, soon."""
    Touched.objects.bulk_create(
        [Touched(organisation_id=organisation_id, person_id=pk) for pk in people]
    )


def touch_address(organisation_id: int, value: str) -> None:
    """The same for whoever has this e-mail address or number. Post has no row of its own."""
    points = ContactPoint.objects.filter(organisation=organisation_id, value=value)
    whose = points.filter(kind="email") | points.filter(kind="phone")
    touch(organisation_id, set(whose.values_list("person_id", flat=True)))
