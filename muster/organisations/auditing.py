"""The audit: what somebody may have to answer for, each entry chained to the one before (SEC-3).

Written in the transaction of what it tells of. Entries hold codes and reasons, never what was
read: names and contacts stay where they can be erased.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from muster.organisations.models import AuditEntry, Member, Organisation

START = "0" * 64
LOCK_CLASS = 20_530  # advisory locks of audits: (this, organisation), until the transaction ends
AT_ONCE = 2_000


@dataclass(frozen=True)
class Break:
    """Where the chain does not hold, and what is wrong there."""

    number: int
    what: str


def note(
    kind: str,
    organisation: Organisation,
    *,
    by: Member | None,
    at: datetime,
    about: tuple[str, int] | None = None,
    reason: str = "",
    **codes: Any,
) -> AuditEntry:
    """Add an entry at the end of the organisation's chain; others wait until this is committed."""
    about_kind, about_id = about or ("", None)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, organisation.pk])
        last = AuditEntry.objects.filter(organisation=organisation).order_by("-number").first()
        entry = AuditEntry(
            organisation=organisation,
            number=last.number + 1 if last else 1,
            kind=kind,
            member=by,
            about_kind=about_kind,
            about_id=about_id,
            reason=reason,
            codes=codes,
            at=at,
            before=last.hash if last else START,
        )
        entry.hash = hash_of(entry)
        entry.save(force_insert=True)
    return entry


def hash_of(entry: AuditEntry) -> str:
    """SHA-256, in hex, of everything an entry says, the hash before it included."""
    said = [
        entry.organisation_id,
        entry.number,
        entry.kind,
        entry.member_id,
        entry.about_kind,
        entry.about_id,
        entry.reason,
        entry.codes,
        entry.at.astimezone(UTC).isoformat(),
        entry.before,
    ]
    words = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(words.encode()).hexdigest()


def breaks(organisation: Organisation) -> Iterator[Break]:
    """Every place where the chain was changed, cut or filled in; none: it holds.

    What was cut off at the very end shows only beside a number written down elsewhere: `head`.
    """
    number, before = 0, START
    entries = AuditEntry.objects.filter(organisation=organisation).order_by("number")
    for entry in entries.iterator(AT_ONCE):
        if entry.number != number + 1:
            yield Break(entry.number, f"the entries from {number + 1} on are missing")
        elif entry.before != before:
            yield Break(entry.number, "it does not follow from the one before")
        if hash_of(entry) != entry.hash:
            yield Break(entry.number, "it was changed")
        number, before = entry.number, entry.hash


def head(organisation: Organisation) -> tuple[int, str]:
    """The last entry's number and hash: write them down outside Muster to prove the end."""
    last = AuditEntry.objects.filter(organisation=organisation).order_by("-number").first()
    return (last.number, last.hash) if last else (0, START)
