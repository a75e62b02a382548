"""A file's rows and who asked to be left alone: before it, and by it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from muster.people import touching
from muster.people.imports.recognising import Good
from muster.people.imports.validating import Row
from muster.people.models import ContactPoint, Suppression
from muster.people.suppressing import key_for, postal

REASON = "import"
"""The reason that stands beside an address whose owner's opt-out a file brought."""
STOP = """
INSERT INTO people_suppression (organisation_id, channel, key, reason, at)
SELECT %s, channel, key, %s, %s FROM unnest(%s::text[], %s::bytea[]) AS new (channel, key)
ON CONFLICT ON CONSTRAINT suppressed_once DO NOTHING
"""
STATE = """
UPDATE people_contactpoint point SET state = new.state
  FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS new (person, value, state)
 WHERE point.person_id = new.person AND point.kind = 'email' AND point.value = new.value
   AND point.state <> 'dead'
"""


def stopped(organisation_id: int, rows: Sequence[Row]) -> list[set[str]]:
    """For each row the reasons why an address in it may not be used; empty for most."""
    suppressions = Suppression.objects.filter(organisation_id=organisation_id)
    if not rows or not suppressions.exists():
        return [set()] * len(rows)
    keys = [[key for _, key in keys_of(row)] for row in rows]
    every = [key for of_row in keys for key in of_row]
    found = suppressions.filter(key__in=every).values_list("key", "reason")
    hit = {bytes(key): reason for key, reason in found}
    return [{hit[key] for key in of_row if key in hit} for of_row in keys]


def as_allowed(organisation_id: int, rows: Sequence[Good]) -> list[Good]:
    """A corrected address is the typed one again where that one asked to be left alone."""
    typed = [good.row.typed_email for good in rows if good.row.typed_email]
    if not typed:
        return list(rows)
    keys = {key_for("email", email): email for email in typed}
    ours = Suppression.objects.filter(organisation_id=organisation_id, channel="email")
    found = ours.filter(key__in=list(keys)).values_list("key", flat=True)
    stopped = {keys[bytes(key)] for key in found}
    return [
        good._replace(row=good.row._replace(email=good.row.typed_email, typed_email=""))
        if good.row.typed_email in stopped
        else good
        for good in rows
    ]


def stop(organisation_id: int, rows: Sequence[tuple[Row, int]], *, at: datetime) -> None:
    """Honour the opt-outs and the dead addresses these rows (of these people) bring."""
    keys = {
        (channel, key)
        for row, _ in rows
        if row.stops
        for channel, key in keys_of(row)
        if channel in row.stops
    }
    states = {
        (person, row.email): row.email_state
        for row, person in rows
        if row.email and row.email_state != "good"
    }
    with connection.cursor() as cursor:
        if keys:
            channels, hashes = zip(*sorted(keys), strict=True)
            cursor.execute(STOP, [organisation_id, REASON, at, list(channels), list(hashes)])
        if states:
            people, values = zip(*states, strict=True)
            cursor.execute(STATE, [list(people), list(values), list(states.values())])
    _touch(organisation_id, [(row, person) for row, person in rows if row.stops])


def _touch(organisation_id: int, rows: Sequence[tuple[Row, int]]) -> None:
    """Who stopped, and whoever else is reached at the same addresses, is summed up anew."""
    if rows:
        values = {value for row, _ in rows for value in (row.email, *row.phones) if value}
        sharing = ContactPoint.objects.filter(
            organisation=organisation_id, kind__in=ContactPoint.Kind.values, value__in=values
        )
        people = {person for _, person in rows} | set(sharing.values_list("person_id", flat=True))
        touching.touch(organisation_id, sorted(people))


def keys_of(row: Row) -> list[tuple[str, bytes]]:
    """Every way this row's addresses could be suppressed: channel and key."""
    found = []
    if row.email:
        found.append(("email", key_for("email", row.email)))
    for phone in row.phones:
        found += [("sms", key_for("sms", phone)), ("call", key_for("call", phone))]
    if row.address:
        where = postal(row.given_name, row.family_name, row.address, row.where.postcode)
        found.append(("post", key_for("post", where)))
    return found
