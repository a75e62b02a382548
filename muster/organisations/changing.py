"""The organisation's own name and colour."""

from datetime import datetime

from django.db import transaction

from muster.lib import colour
from muster.organisations import telling
from muster.organisations.models import Member, Organisation
from muster.organisations.units import CannotSettle


def change(organisation: Organisation, *, name: str, accent: str, by: Member, at: datetime) -> None:
    """Change the name people read and the colour of pages. Raises `CannotSettle`."""
    problems = []
    if not name.strip():
        problems.append("Write the organisation's name.")
    if not colour.is_hex(accent):
        problems.append("Choose a colour, such as #b8123f.")
    if problems:
        raise CannotSettle(*problems)
    with transaction.atomic():
        organisation.name, organisation.accent = name.strip(), accent.lower()
        organisation.save(update_fields=["name", "accent"])
        telling.tell(
            telling.ORGANISATION_CHANGED,
            organisation,
            by=by,
            at=at,
            about=("organisation", organisation.pk),
        )
