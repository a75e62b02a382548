"""The columns a file of people has, and what is wrong with a heading that has others."""

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
NEEDED = ("given_name", "family_name", "email")
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
    """Column names as the template spells them: "Given name" is given_name."""
    return ["_".join(name.casefold().replace("-", " ").split()) for name in heading]


def problems_of(heading: Sequence[str]) -> list[str]:
    """Everything wrong with a heading (already tidied), in words."""
    named = [name for name in heading if name]
    problems = []
    if missing := [name for name in NEEDED if name not in named]:
        problems.append(f"Columns missing: {', '.join(missing)}.")
    if strange := [n for n in dict.fromkeys(named) if n not in COLUMNS and n not in OURS]:
        shown = ", ".join(name[:40] for name in strange[:12])
        problems.append(f"Columns the template does not have: {shown}. Rename or remove them.")
    if twice := sorted({name for name in named if named.count(name) > 1}):
        problems.append(f"Columns there twice: {', '.join(twice)}.")
    return problems


def delimiter_of(first_line: str) -> str:
    """Comma, semicolon or tab: whichever the heading uses most (some Excels write semicolons)."""
    return max(",;\t", key=first_line.count)
