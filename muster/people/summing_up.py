"""Keeping one narrow row for each person: where they are, and which channels are open to them.

The database notes whose rows changed (`people_touched`, by triggers); here their summaries are
worked out anew, in small parts: before a count, and every minute by a job. Suppression is told by
keyed hashes, whose key the database never learns, so that part is reckoned here.
"""

from collections import defaultdict
from typing import Any

from django.db import connection, transaction

from muster.people.models import Channel, ContactPoint, Person, Summary, Suppression, Touched
from muster.people.suppressing import CHANNELS_OF, key_for, postal

LOCK_CLASS = 20_531  # advisory locks: (this, organisation), until the transaction ends
AT_ONCE = 5_000

TAKE = """
DELETE FROM people_touched WHERE organisation_id = %(organisation)s AND person_id <= (
    SELECT max(person_id) FROM (
        SELECT person_id FROM people_touched WHERE organisation_id = %(organisation)s
         ORDER BY person_id LIMIT %(most)s) lowest)
RETURNING person_id
"""
"""In the order of people, so that all that touched someone is dealt with at once."""

# One value a channel: see `models.Way`. {kind} is an address's state: 0 none, 1 dead, 5, 6.
WAY = """CASE WHEN {state} < 2 THEN {state} WHEN p.id = ANY(%({channel})s) THEN 2
     WHEN said.{channel} IS NULL THEN 3 WHEN NOT said.{channel} THEN 4 ELSE {state} END"""
SAID = "CASE WHEN said.{channel} THEN 1 WHEN NOT said.{channel} THEN 2 ELSE 0 END"
STATES = {
    "email": "coalesce(point.email, 0)",
    "sms": "coalesce(point.phone, 0)",
    "call": "coalesce(point.phone, 0)",
    "post": "CASE WHEN p.address = '' THEN 0 ELSE 6 END",
}
BEST = """max(CASE state WHEN 'good' THEN 6 WHEN 'bouncing' THEN 5 ELSE 1 END)
              FILTER (WHERE kind = '{kind}') AS {kind}"""
LATEST = "bool_or(is_given) FILTER (WHERE channel = '{channel}') AS {channel}"

SUM_UP = f"""
INSERT INTO people_summary (person_id, organisation_id, seat_id, joined_at,
       {", ".join(STATES)}, {", ".join(f"{c}_said" for c in STATES)})
SELECT p.id, p.organisation_id, p.seat_id, p.joined_at,
       {", ".join(WAY.format(channel=c, state=s) for c, s in STATES.items())},
       {", ".join(SAID.format(channel=c) for c in STATES)}
  FROM people_person p
  LEFT JOIN LATERAL (
       SELECT {BEST.format(kind="email")}, {BEST.format(kind="phone")}
         FROM people_contactpoint WHERE person_id = p.id) point ON true
  LEFT JOIN LATERAL (
       SELECT {", ".join(LATEST.format(channel=c) for c in STATES)}
         FROM (SELECT DISTINCT ON (channel) channel, is_given FROM people_consentevent
                WHERE person_id = p.id AND purpose = 'marketing'
                ORDER BY channel, at DESC, is_given) latest) said ON true
 WHERE p.organisation_id = %(organisation)s AND p.id = ANY(%(people)s)
    ON CONFLICT (person_id) DO UPDATE SET
       seat_id = excluded.seat_id, joined_at = excluded.joined_at,
       {", ".join(f"{c} = excluded.{c}, {c}_said = excluded.{c}_said" for c in STATES)}
"""


def catch_up(organisation_id: int, *, at_most: int | None = None) -> int:
    """Work out the summaries that are out of date; returns how many still are.

    One at a time for an organisation, so that an older answer never overwrites a later one.
    """
    done = 0
    while at_most is None or done < at_most:
        taken = _some(organisation_id)
        if not taken:
            return 0
        done += taken
    return waiting(organisation_id)


def waiting(organisation_id: int) -> int:
    """How many changes are not in the summaries yet."""
    return Touched.objects.filter(organisation=organisation_id).count()


def _some(organisation_id: int) -> int:
    """One part of the work; how many changes it took in."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, organisation_id])
        cursor.execute(TAKE, {"organisation": organisation_id, "most": AT_ONCE})
        touched = [person_id for (person_id,) in cursor.fetchall()]
        if not touched:
            return 0
        people = sorted(set(touched))
        asked: dict[str, Any] = {"organisation": organisation_id, "people": people}
        cursor.execute(SUM_UP, asked | stopped_among(organisation_id, people))
        there = set(Person.objects.filter(pk__in=people).values_list("id", flat=True))
        Summary.objects.filter(person_id__in=set(people) - there).delete()
        return len(touched)


def stopped_among(organisation_id: int, people: list[int]) -> dict[str, list[int]]:
    """Of these people, channel by channel, who is suppressed under any of their addresses."""
    suppressed = Suppression.objects.filter(organisation=organisation_id)
    used = set(suppressed.values_list("channel", flat=True).distinct())
    whose: dict[bytes, list[tuple[str, int]]] = defaultdict(list)
    points = ContactPoint.objects.filter(person__in=people) if used else ContactPoint.objects.none()
    for person_id, kind, value in points.values_list("person_id", "kind", "value"):
        for channel in used.intersection(CHANNELS_OF[kind]):
            # A number may be several people's: each of them is asked for.
            whose[key_for(channel, value)].append((channel, person_id))
    if "post" in used:
        for key, person_id in _posts(people):
            whose[key].append(("post", person_id))
    stopped: dict[str, list[int]] = {channel: [] for channel in Channel.values}
    for found in suppressed.filter(key__in=list(whose)).values_list("key", flat=True):
        for channel, person_id in whose[bytes(found)]:
            stopped[channel].append(person_id)
    return stopped


def _posts(people: list[int]) -> list[tuple[bytes, int]]:
    rows = Person.objects.filter(pk__in=people).exclude(address="")
    fields = rows.values_list("id", "given_name", "family_name", "address", "postcode")
    return [(key_for("post", postal(*where)), pk) for pk, *where in fields]
