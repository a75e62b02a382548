"""The template: columns that need no choosing, and how headings are compared."""

import csv
import io
from collections.abc import Sequence

from muster.people.models import Channel

PLAIN = (
    "external_id",
    "given_name",
    "family_name",
    "email",
    "phone",
    "address",
    "postcode",
    "seat",
    "joined_on",
)
CHANNELS = tuple(Channel.values)
CONSENT = tuple(
    f"{channel}_consent{part}"
    for channel in CHANNELS
    for part in ("", "_wording", "_source", "_at")
)
COLUMNS = PLAIN + CONSENT
OURS = ("line", "reason")
"""Columns of a file of refused rows: mended, it may be taken in again as it is."""

EXAMPLE = {
    "external_id": "1001",
    "given_name": "Ann",
    "family_name": "Smith",
    "email": "ann.smith@example.org",
    "phone": "07700 900123",
    "address": "12 Station Road",
    "postcode": "GL5 1AA",
    "seat": "",
    "joined_on": "2026-05-04",
    "email_consent": "yes",
    "email_consent_wording": "2026-05",
    "email_consent_source": "Join form",
    "email_consent_at": "2026-05-04",
}


def empty_file(wording: str | None = None) -> str:
    """The template: its heading and one row to copy, with a wording the organisation has."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerow(EXAMPLE | ({"email_consent_wording": wording} if wording else {}))
    return out.getvalue()


def tidy(heading: Sequence[str]) -> list[str]:
    """Column names as we compare them: "Given name" is given_name."""
    return ["_".join(name.casefold().replace("-", " ").split()) for name in heading]


def is_template(heading: Sequence[str]) -> bool:
    """Are all these (tidied) the template's own, or those of refused rows given back?"""
    return all(name in COLUMNS or name in OURS for name in heading)
