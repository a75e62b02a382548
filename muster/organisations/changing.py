"""The organisation's own name and colour, and whose bank holidays it keeps."""

from datetime import datetime

from django.db import transaction

from muster.lib import colour
from muster.lib.bank_holidays import NATIONS
from muster.organisations import telling
from muster.organisations.models import Member, Organisation
from muster.organisations.units import CannotSettle


def change(
    organisation: Organisation,
    *,
    name: str,
    accent: str,
    bank_holidays: str = "",
    by: Member,
    at: datetime,
) -> None:
    """Change the name people read, the colour of pages, whose bank holidays count (blank: as they
    are). Raises `CannotSettle`."""
    nation = bank_holidays or organisation.bank_holidays
    problems = []
    if not name.strip():
        problems.append("Write the organisation's name.")
    if not colour.is_hex(accent):
        problems.append("Choose a colour, such as #b8123f.")
    if nation not in NATIONS:
        problems.append("Choose whose bank holidays count.")
    if problems:
        raise CannotSettle(*problems)
    with transaction.atomic():
        organisation.name, organisation.accent = name.strip(), accent.lower()
        organisation.bank_holidays = nation
        organisation.save(update_fields=["name", "accent", "bank_holidays"])
        telling.tell(
            telling.ORGANISATION_CHANGED,
            organisation,
            by=by,
            at=at,
            about=("organisation", organisation.pk),
        )
