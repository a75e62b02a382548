"""An organisation begins at the terminal of whoever runs Muster, with its first administrator."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.text import slugify

from muster.organisations import granting, inviting
from muster.organisations.joining import LONGEST, Newcomer
from muster.organisations.models import Invitation, Organisation, Role, Unit

WHY = "To begin the organisation"


class CannotBegin(Exception):
    """Every reason the organisation cannot begin, in words."""


@dataclass(frozen=True)
class Asked:
    """An organisation as someone wants it; `slug` blank: made from its name."""

    name: str
    admin: str  # an e-mail address
    admin_name: str = ""
    slug: str = ""

    @property
    def its_slug(self) -> str:
        return slugify(self.slug or self.name)[:50].strip("-")

    @property
    def their_name(self) -> str:
        """As they are greeted: "ada.marsh@example.org" → "Ada Marsh" where nobody said."""
        of_address = self.admin.partition("@")[0].replace(".", " ").replace("_", " ")
        return self.admin_name.strip() or of_address.strip().title()


def begin(asked: Asked, *, at: datetime) -> tuple[Invitation, str]:
    """Make the organisation with its head office; answer the invitation and its link's key.

    Until somebody has come in, beginning again makes a fresh link, and the ones before open
    nothing. Raises `CannotBegin`.
    """
    if found := _problems(asked):
        raise CannotBegin(*found)
    with transaction.atomic():
        ours, _ = Organisation.objects.get_or_create(
            slug=asked.its_slug, defaults={"name": asked.name.strip()}
        )
        granting.lock(ours)
        _refuse_if_begun(ours, asked)
        office, _ = Unit.objects.get_or_create(
            organisation=ours, kind=Unit.Kind.HEAD_OFFICE, defaults={"name": "Head office"}
        )
        inviting.open_ones(ours).update(withdrawn_at=at)
        first = Newcomer(
            asked.their_name, asked.admin.strip().lower(), office, Role.Kind.ADMIN, reason=WHY
        )
        return inviting.write_down(ours, first, by=None, at=at)


def _refuse_if_begun(ours: Organisation, asked: Asked) -> None:
    if ours.name.casefold() != asked.name.strip().casefold():
        raise CannotBegin(
            f"{ours.name} goes by “{ours.slug}” here already. Give yours another: --slug."
        )
    if ours.members.exists():
        raise CannotBegin(
            f"{ours.name} has begun already. Its administrators invite everybody else:"
            " Settings, Members and roles."
        )


def _problems(asked: Asked) -> list[str]:
    found = []
    name, email = asked.name.strip(), asked.admin.strip()
    if not name or len(name) > 200 or not name.isprintable():
        found.append("Write the organisation's name: up to 200 letters, on one line.")
    elif not asked.its_slug:
        found.append("Say how its addresses name it, in plain letters: --slug fair-future.")
    try:
        validate_email(email if len(email) <= LONGEST else "")
    except ValidationError:
        found.append("Write the administrator's e-mail address, such as ada@example.org: --admin.")
    if len(asked.their_name) > 200 or not asked.their_name.isprintable():
        found.append("Write the administrator's name: up to 200 letters, on one line.")
    return found
