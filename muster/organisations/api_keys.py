"""API keys: made, recognised, counted and revoked. Only whoever made one ever sees it, once."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from muster.organisations import auditing, rules
from muster.organisations.key_models import LONGEST, ApiKey
from muster.organisations.models import AuditEntry, Member, Organisation, Role, Unit

READ = "people read over the API"
MARK = "muster_"
SHOWN = len(MARK) + 6
A_MINUTE = 600
"""Requests a key may make within one minute."""
SOON = timedelta(days=14)


class CannotMake(Exception):
    """Every reason the key cannot be made, in words."""


class BadKey(Exception):
    """Why a key opens nothing, in words for whoever holds it."""


@dataclass(frozen=True)
class KeyAsked:
    """A key somebody wants: `unit` None for everywhere its maker reaches."""

    name: str
    scopes: frozenset[str]
    unit: Unit | None
    expires_at: datetime | None


@dataclass(frozen=True)
class Pace:
    """How a key stands with its limit: requests left this minute (below 0: too many), seconds
    until the next one."""

    limit: int
    left: int
    resets_in: int


def make(
    organisation: Organisation, asked: KeyAsked, *, by: Member, at: datetime
) -> tuple[ApiKey, str]:
    """A new key, and what it says: nobody can read that again. Raises `CannotMake`."""
    if problems := _problems(organisation, asked, by, at):
        raise CannotMake(*problems)
    assert asked.expires_at is not None
    said = MARK + secrets.token_urlsafe(32)
    with transaction.atomic():
        key = ApiKey.objects.create(
            organisation=organisation,
            name=asked.name.strip(),
            begins=said[:SHOWN],
            key_hash=hash_of(said),
            scopes=sorted(asked.scopes),
            unit=asked.unit,
            made_by=by,
            made_at=at,
            expires_at=asked.expires_at,
        )
        auditing.note(
            "API key made",
            organisation,
            by=by,
            at=at,
            about=("api key", key.pk),
            scopes=key.scopes,
            unit=key.unit_id,
            until=key.expires_at.isoformat(),
        )
    return key, said


def revoke(key: ApiKey, *, by: Member, at: datetime) -> None:
    """It opens nothing from now on. Twice is once."""
    with transaction.atomic():
        if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at, revoked_by=by):
            auditing.note(
                "API key revoked", key.organisation, by=by, at=at, about=("api key", key.pk)
            )


def find(said: str, *, at: datetime) -> ApiKey:
    """The key that says this, if it still opens anything. Raises `BadKey`."""
    found = (
        ApiKey.objects.select_related("organisation", "made_by", "unit")
        .filter(key_hash=hash_of(said))
        .first()
    )
    if found is None:
        raise BadKey("No key here reads like that. Copy it again, or make another in Settings.")
    if found.revoked_at:
        raise BadKey(f"The key “{found.name}” was revoked.")
    if at >= found.expires_at:
        raise BadKey(f"The key “{found.name}” has run out. Make another in Settings.")
    if found.made_by.ended_at:
        raise BadKey("Whoever made this key is no longer a member.")
    return found


def count(key: ApiKey, *, at: datetime) -> Pace:
    """Count one request of this key, in one statement, whichever process takes it."""
    minute = at.replace(second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {ApiKey._meta.db_table} SET last_used_at = %s, minute = %s,"
            " asked = CASE WHEN minute = %s THEN asked + 1 ELSE 1 END"
            " WHERE id = %s RETURNING asked",
            [at, minute, minute, key.pk],
        )
        asked = int(cursor.fetchone()[0])
    return Pace(A_MINUTE, A_MINUTE - asked, 60 - at.second)


def note_reading(key: ApiKey, *, at: datetime) -> None:
    """A key reads lists of people: the audit says so once for each key and day (SEC-3)."""
    mine = AuditEntry.objects.filter(
        organisation=key.organisation_id, about_kind="api key", about_id=key.pk, kind=READ
    )
    if not mine.filter(at__gte=at.replace(hour=0, minute=0, second=0, microsecond=0)).exists():
        about = ("api key", key.pk)
        auditing.note(READ, key.organisation, by=key.made_by, at=at, about=about)


def running_out(organisation: Organisation, *, at: datetime) -> list[ApiKey]:
    """Keys in force that end within a fortnight, the first to end first."""
    return list(
        ApiKey.objects.filter(
            organisation=organisation,
            revoked_at=None,
            expires_at__gt=at,
            expires_at__lte=at + SOON,
            made_by__ended_at=None,
        ).order_by("expires_at")
    )


def hash_of(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()


def _problems(organisation: Organisation, asked: KeyAsked, by: Member, at: datetime) -> list[str]:
    problems = []
    if not asked.name.strip():
        problems.append("Name the key after the program that will use it.")
    if not asked.scopes or not asked.scopes <= rules.KEY_SCOPES:
        problems.append("Choose what the key may do.")
    roles = Role.objects.in_force(at).filter(member=by, unit__organisation=organisation)
    if beyond := asked.scopes - rules.allowed_by((role.kind, role.dataset) for role in roles):
        problems.append(f"You may not do that yourself: {', '.join(sorted(beyond))}.")
    if asked.unit is not None and asked.unit.organisation_id != organisation.pk:
        problems.append("Choose a unit of your own organisation.")
    if asked.expires_at is None or asked.expires_at <= at:
        problems.append("Choose a last day that is still to come.")
    elif asked.expires_at > at + LONGEST:
        problems.append("Choose a last day within a year.")
    return problems
