"""Looking somebody up: accepted first, for a purpose, and written down each time (ER-3)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from muster.organisations import auditing
from muster.organisations.models import Member
from muster.people.words import fold
from muster.places import postcodes
from muster.registers import rules
from muster.registers.models import (
    RegisterAcceptance,
    RegisterEntry,
    RegisterLoad,
    RegisterRefusal,
)

MOST = 50
LAST = "\U0010ffff"


class CannotLook(Exception):
    """Every reason nothing is shown."""


@dataclass(frozen=True)
class Asked:
    """Whom someone looks for, and what for."""

    purpose: str
    family_name: str = ""
    given_name: str = ""
    postcode: str = ""


def accept(member: Member, *, at: datetime) -> None:
    """A member accepts the conditions, as they read now. Twice is once."""
    with transaction.atomic():
        _, is_new = RegisterAcceptance.objects.get_or_create(
            member=member,
            version=rules.VERSION,
            defaults={"organisation_id": member.organisation_id, "at": at},
        )
        if is_new:
            auditing.note(
                "register conditions accepted",
                member.organisation,
                by=member,
                at=at,
                version=rules.VERSION,
            )


def has_accepted(member: Member) -> bool:
    return RegisterAcceptance.objects.filter(member=member, version=rules.VERSION).exists()


def look_up(
    loads: QuerySet[RegisterLoad], asked: Asked, *, by: Member, at: datetime
) -> list[RegisterEntry]:
    """Electors of these registers, fifty at most; anonymous ones are never among them (ER-4).

    The audit keeps who looked, why, and the numbers of what was shown. Raises `CannotLook`.
    """
    written = asked.postcode.strip()
    found = postcodes.find(written) if written else None
    family = fold(asked.family_name.strip())
    problems = rules.problems_before_looking(
        purpose=asked.purpose,
        has_accepted=has_accepted(by),
        postcode=written,
        family_name=family,
    )
    if found and found.kind == "malformed":
        problems.append(f"“{written[:20]}” is not a postcode.")
    if problems:
        raise CannotLook(*problems)
    entries = RegisterEntry.objects.filter(
        organisation_id=by.organisation_id, load__in=loads, is_anonymous=False
    )
    if found:
        entries = entries.filter(postcode=found.postcode)
    if family:
        entries = entries.filter(folded__gte=family, folded__lt=family + LAST)
    with transaction.atomic():
        shown = _with_given(entries, asked.given_name)
        auditing.note(
            "register looked up",
            by.organisation,
            by=by,
            at=at,
            purpose=asked.purpose,
            shown=[entry.pk for entry in shown],
        )
    return shown


def refused_rows(
    load: RegisterLoad, most: int, *, by: Member, at: datetime
) -> list[RegisterRefusal]:
    """The first refused rows: electors too, and so written down when they are seen."""
    rows = list(load.refusals.order_by("line")[:most])
    if rows:
        auditing.note(
            "register's refused rows seen",
            load.organisation,
            by=by,
            at=at,
            about=("register", load.pk),
            rows=len(rows),
        )
    return rows


def _with_given(entries: QuerySet[RegisterEntry], given: str) -> list[RegisterEntry]:
    begins = fold(given.strip())
    ordered = entries.select_related("load__place").order_by("folded", "given_name", "pk")
    if not begins:
        return list(ordered[:MOST])
    matching = (e for e in ordered[: MOST * 20] if fold(e.given_name).startswith(begins))
    return [entry for _, entry in zip(range(MOST), matching, strict=False)]
