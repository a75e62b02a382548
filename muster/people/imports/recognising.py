"""Who the rows of a file are: known by external id, by e-mail address, or not at all."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from django.db import connection

from muster.people.imports.validating import Row

SOMEONE_ELSES = "This e-mail address belongs to someone else here, under another external_id."


class Good(NamedTuple):
    """A row that may be taken in: its line, its text, what it says and the id it goes by."""

    line: int
    raw: str
    row: Row
    external_id: str


@dataclass
class Recognised:
    """`made` and `matched` pair rows with person ids; `refused` with a reason.

    `claims` are the addresses nobody had, each with the person who is to have it.
    """

    made: list[tuple[Good, int]] = field(default_factory=list)
    matched: list[tuple[Good, int]] = field(default_factory=list)
    refused: list[tuple[Good, str]] = field(default_factory=list)
    claims: dict[str, int] = field(default_factory=dict)


def goes_by(row: Row) -> str:
    """The row's external id; without one and without an address, a digest of what it says,

    so that the same file taken in twice finds the same people.
    """
    if row.external_id or row.email:
        return row.external_id
    said = (row.given_name, row.family_name, " ".join(row.phones), row.address, row.where.postcode)
    return "row:" + hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:40]


class Earlier(Protocol):
    """People of the same file's earlier rows, where those were only counted, not written."""

    def by_external_id(self, asked: list[str]) -> dict[str, int]: ...
    def by_email(self, asked: list[str]) -> dict[str, tuple[int, str]]: ...


def recognise(
    organisation_id: int,
    rows: Sequence[Good],
    new_ids: Sequence[int],
    earlier: Earlier | None = None,
) -> Recognised:
    """Tell known people from new ones, who get the ids given. One e-mail is one person."""
    ids = [r.external_id for r in rows if r.external_id]
    emails = [r.row.email for r in rows if r.row.email]
    by_id = _by_external_id(organisation_id, ids)
    owners = _by_email(organisation_id, emails)
    if earlier:
        by_id = earlier.by_external_id(ids) | by_id
        owners = earlier.by_email(emails) | owners
    found, unused = Recognised(), iter(new_ids)
    for good in rows:
        email, external_id = good.row.email, good.external_id
        known = by_id.get(external_id) if external_id else None
        owner = owners.get(email) if email else None
        clashes = known is None and owner is not None and _clash(external_id, owner[1])
        if owner and (known not in (None, owner[0]) or clashes):
            found.refused.append((good, SOMEONE_ELSES))
            continue
        person_id = known or (owner[0] if owner else None)
        if person_id is None:
            person_id = next(unused)
            found.made.append((good, person_id))
        else:
            found.matched.append((good, person_id))
        if external_id:
            by_id[external_id] = person_id
        if email and not owner:
            owners[email] = (person_id, external_id)
            found.claims[email] = person_id
    return found


def _clash(external_id: str, owners: str) -> bool:
    return bool(external_id and owners and external_id != owners)


def _by_external_id(organisation_id: int, asked: list[str]) -> dict[str, int]:
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT external_id, id FROM people_person"
            " WHERE organisation_id = %s AND external_id = ANY(%s) AND NOT external_id = ''"
            # Somebody merged into another is known by that one from then on.
            " UNION ALL SELECT gone_external_id, kept_id FROM people_merge"
            " WHERE organisation_id = %s AND gone_external_id = ANY(%s)"
            " AND undone_at IS NULL AND NOT gone_external_id = ''",
            [organisation_id, asked] * 2,
        )
        return dict(cursor.fetchall())


def _by_email(organisation_id: int, asked: list[str]) -> dict[str, tuple[int, str]]:
    """Whose each address is, with the external id they go by."""
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT point.value, person.id, person.external_id"
            " FROM people_contactpoint point JOIN people_person person ON person.id = person_id"
            " WHERE point.organisation_id = %s AND point.value = ANY(%s) AND kind = 'email'",
            [organisation_id, asked],
        )
        return {value: (person_id, goes) for value, person_id, goes in cursor.fetchall()}


def claim(organisation_id: int, claims: dict[str, int]) -> dict[str, int]:
    """Put the addresses to their people; whose they are where a sign-up was quicker."""
    if not claims:
        return {}
    emails = sorted(claims)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_contactpoint (organisation_id, person_id, kind, value, state)"
            " SELECT %s, person, 'email', value, 'good'"
            " FROM unnest(%s::text[], %s::bigint[]) AS new (value, person)"
            " ON CONFLICT (organisation_id, value) WHERE kind = 'email' DO NOTHING"
            " RETURNING value",
            [organisation_id, emails, [claims[email] for email in emails]],
        )
        if cursor.rowcount == len(emails):
            return {}
        lost = set(emails) - {value for (value,) in cursor.fetchall()}
    return {email: owner for email, (owner, _) in _by_email(organisation_id, [*lost]).items()}
