"""OData filters, as far as programs use them: `email_address eq 'cleo@example.org'`."""

import re
from datetime import UTC, datetime

from django.db.models import Q

from muster.api.problems import Problem

ONE = re.compile(r"\s*(\w+)\s+(eq|gt|ge|lt|le)\s+'((?:[^']|'')*)'\s*")
DATES = {"modified_date": "changed_at", "created_date": "joined_at"}
TEXTS = {"given_name": "given_name", "family_name": "family_name", "postal_code": "postcode"}
LOOKUPS = {"eq": "", "gt": "__gt", "ge": "__gte", "lt": "__lt", "le": "__lte"}
HELP = (
    "This filter is not understood. Write one as email_address eq 'cleo@example.org' or"
    " modified_date gt '2026-05-04', several joined by “and”."
)


def read(text: str) -> Q:
    """What a filter asks of a person. Raises `Problem`."""
    found, at = Q(), 0
    while text.strip():
        match = ONE.match(text, at)
        if match is None:
            raise Problem(422, HELP)
        found &= _one(match[1], match[2], match[3].replace("''", "'"))
        at = match.end()
        if at == len(text):
            break
        if not text[at:].lower().startswith("and "):
            raise Problem(422, HELP)
        at += 4
    return found


def _one(name: str, operator: str, value: str) -> Q:
    if "\x00" in value:
        raise Problem(422, HELP)
    if name in DATES:
        return Q(**{f"{DATES[name]}{LOOKUPS[operator]}": _instant(value)})
    if operator != "eq":
        raise Problem(422, HELP)
    if name == "email_address":
        return Q(contact_points__kind="email", contact_points__value=value.strip().lower())
    if name == "phone_number":
        return Q(contact_points__kind="phone", contact_points__value=value.strip())
    if name not in TEXTS:
        raise Problem(422, HELP)
    return Q(**{f"{TEXTS[name]}__iexact": value})


def _instant(value: str) -> datetime:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise Problem(422, HELP) from None
    if not 1900 <= at.year <= 2200:
        raise Problem(422, HELP)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
