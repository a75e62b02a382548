"""Who comes onto a journey and who leaves it early: heard of in the journal, found in an audience.

What was heard, what came of it and how far was read are written in one transaction: killed at any
moment, nobody is passed over and nobody enters twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from muster.audiences import compiling
from muster.audiences.models import Audience
from muster.audiences.rules import Unclear
from muster.journal import reading
from muster.journal.reading import Told
from muster.messaging import facts
from muster.messaging.journeys import making, rules, telling
from muster.messaging.journeys.models import Journey, Step, Traveller
from muster.messaging.journeys.trees import tree_of
from muster.people import facts as of_people
from muster.people import summing_up
from muster.places.scope import seats_beneath

AT_ONCE = 5_000
LOOK_EVERY = timedelta(minutes=5)
STOPS = (facts.UNSUBSCRIBED, of_people.ASKED_TO_STOP)

ENTER = """
INSERT INTO messaging_traveller (organisation_id, journey_id, person_id, round, because,
                                 entered_at, step_id, arrived_at, due_at, ending)
SELECT %(organisation)s, %(journey)s, p.id, coalesce(earlier.round, 0) + 1, %(because)s,
       came.at, %(step)s, %(at)s, %(due)s, ''
  FROM ({came}) AS came (person_id, at)
  JOIN people_person p ON p.id = came.person_id AND p.organisation_id = %(organisation)s
  LEFT JOIN LATERAL (SELECT t.round, t.entered_at, t.ended_at FROM messaging_traveller t
                      WHERE t.journey_id = %(journey)s AND t.person_id = p.id
                      ORDER BY t.round DESC LIMIT 1) AS earlier ON true
 WHERE (%(seats)s::bigint[] IS NULL OR p.seat_id = ANY(%(seats)s))
   AND (earlier.round IS NULL
        OR earlier.ended_at IS NOT NULL
           AND came.at >= earlier.entered_at + make_interval(days => %(again)s))
    ON CONFLICT DO NOTHING
RETURNING person_id
"""
HEARD = "SELECT * FROM unnest(%(people)s::bigint[], %(ats)s::timestamptz[])"
FOUND = "SELECT found.person_id, %(at)s::timestamptz FROM ({found}) AS found (person_id, seat_id)"

LEAVE = """
UPDATE messaging_traveller t
   SET step_id = NULL, due_at = NULL, ended_at = %(at)s, ending = gone.ending
  FROM unnest(%(people)s::bigint[], %(ats)s::timestamptz[], %(endings)s::text[])
       AS gone (person_id, at, ending)
 WHERE t.journey_id = %(journey)s AND t.ended_at IS NULL
   AND t.person_id = gone.person_id AND t.entered_at < gone.at
RETURNING t.person_id, t.ending
"""
WAKE = """
UPDATE messaging_traveller SET due_at = least(due_at, %(at)s)
 WHERE journey_id = %(journey)s AND ended_at IS NULL
   AND step_id = ANY(%(steps)s) AND person_id = ANY(%(people)s)
"""
ORDER = "SELECT id FROM messaging_journey WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED"


def take_in(journey_id: int, at: datetime) -> bool:
    """Hear what happened and look at its audience; is there more to hear at once?

    Another that does so at the same moment leaves it be.
    """
    more = hear(journey_id, at)
    look(journey_id, at)
    return more


def hear(journey_id: int, at: datetime) -> bool:
    """Take in the next facts that concern a live journey; are there more?"""
    with transaction.atomic():
        journey = hold(journey_id)
        if journey is None:
            return False
        told, up_to = reading.read_on(
            journey.organisation_id,
            kinds_of(journey),
            reading.Place(journey.read_xid, journey.read_id),
            most=AT_ONCE,
        )
        _take_in(journey, told, at)
        journey.read_xid, journey.read_id = up_to
        journey.save(update_fields=["read_xid", "read_id"])
    return len(told) == AT_ONCE


def look(journey_id: int, at: datetime) -> int:
    """Let in who is in its audience and was not yet; how many. Every five minutes, and at once
    when it starts."""
    journey = Journey.objects.live().select_related("organisation").filter(pk=journey_id).first()
    if journey is None or journey.start.get("kind") != "audience":
        return 0
    if journey.looked_at is not None and journey.looked_at > at - LOOK_EVERY:
        return 0
    summing_up.catch_up(journey.organisation_id)
    with transaction.atomic():
        held = hold(journey_id)
        if held is None or (held.looked_at is not None and held.looked_at > at - LOOK_EVERY):
            return 0
        entered = _enter_found(held, at)
        held.looked_at = at
        held.save(update_fields=["looked_at"])
    return entered


def hold(journey_id: int) -> Journey | None:
    """A live journey, locked against whoever edits or walks it; None: not live, or held."""
    with connection.cursor() as cursor:
        cursor.execute(ORDER, [journey_id])
        if cursor.fetchone() is None:
            return None
    live = Journey.objects.live().select_related("organisation", "unit")
    return live.filter(pk=journey_id).first()


def seats_of(journey: Journey) -> list[int] | None:
    """Ids of the seats whose people may be on it; None: everybody."""
    if journey.unit is None or not journey.unit.place_code:
        return None
    return sorted(seats_beneath(journey.unit.place_code))


def kinds_of(journey: Journey) -> set[str]:
    """Every kind of fact it listens for."""
    kinds = set(STOPS)
    if journey.start.get("kind") == "fact":
        kinds.add(journey.start["fact"])
    if journey.goal:
        kinds.add(journey.goal["fact"])
    if journey.leaves_on_reply:
        kinds.add(facts.WROTE)
    return kinds | {step.definition["fact"] for step in _waits(journey)}


def enter(
    journey: Journey,
    came: str,
    asked: Mapping[str, Any],
    because: str,
    at: datetime,
) -> list[int]:
    """Let people in at the first step, who are not on it and may be (again); their ids."""
    tree = tree_of(journey)
    first = tree.first()
    if first is None:
        return []
    step, zone = tree.by_id[first], ZoneInfo(journey.organisation.time_zone)
    told: dict[str, Any] = {
        "organisation": journey.organisation_id,
        "journey": journey.pk,
        "because": because[:40],
        "step": first,
        "at": at,
        "due": rules.due_on_arrival(step.kind, step.definition, at=at, zone=zone),
        "seats": seats_of(journey),
        # Once ever: no number of days is enough.
        "again": journey.again_after_days or 1_000_000,
    }
    with connection.cursor() as cursor:
        cursor.execute(ENTER.replace("{came}", came), {**told, **asked})
        people = [int(row[0]) for row in cursor.fetchall()]
    telling.tell_of_people(facts.ENTERED_JOURNEY, journey, [(p, "") for p in people], at)
    return people


def _take_in(journey: Journey, told: Sequence[Told], at: datetime) -> None:
    """First who enters, then who leaves: one who did both since we last read does both."""
    if journey.start.get("kind") == "fact":
        earliest: dict[int, datetime] = {}
        for fact in told:
            if fact.person_id is not None and is_meant(fact, journey.start):
                earliest.setdefault(fact.person_id, fact.at)
        if earliest:
            asked = {"people": list(earliest), "ats": list(earliest.values())}
            enter(journey, HEARD, asked, journey.start["fact"], at)
    leave(journey, _leaving(journey, told), at)
    _wake(journey, told, at)


def is_meant(fact: Told, said: Mapping[str, Any]) -> bool:
    """Is it what a start, a goal or a wait names?"""
    about = said.get("about")
    return fact.kind == said["fact"] and (
        not about or [fact.about_kind, fact.about_id] == list(about)
    )


def leave(
    journey: Journey,
    gone: Mapping[int, tuple[datetime, str]],
    at: datetime,
) -> None:
    """Take people off the journey: person → (when what it was for happened, how it ended)."""
    if not gone:
        return
    asked: dict[str, Any] = {
        "journey": journey.pk,
        "at": at,
        "people": list(gone),
        "ats": [happened for happened, _ in gone.values()],
        "endings": [ending for _, ending in gone.values()],
    }
    with connection.cursor() as cursor:
        cursor.execute(LEAVE, asked)
        left = cursor.fetchall()
    telling.tell_of_people(facts.LEFT_JOURNEY, journey, left, at)


def _leaving(journey: Journey, told: Iterable[Told]) -> dict[int, tuple[datetime, str]]:
    found: dict[int, tuple[datetime, str]] = {}
    for fact in told:
        if fact.person_id is None:
            continue
        if fact.kind in STOPS:
            ending = Traveller.Ending.STOPPED
        elif journey.goal and is_meant(fact, journey.goal):
            ending = Traveller.Ending.GOAL
        elif fact.kind == facts.WROTE and journey.leaves_on_reply:
            ending = Traveller.Ending.REPLIED
        else:
            continue
        # The last of them: one who entered between two of them leaves by the second.
        found[fact.person_id] = (fact.at, str(ending))
    return found


def _wake(journey: Journey, told: Iterable[Told], at: datetime) -> None:
    told = list(told)
    for step in _waits(journey):
        people = [f.person_id for f in told if f.person_id and is_meant(f, step.definition)]
        if people:
            asked: dict[str, Any] = {
                "journey": journey.pk,
                "at": at,
                "steps": [step.pk],
                "people": people,
            }
            with connection.cursor() as cursor:
                cursor.execute(WAKE, asked)


def _waits(journey: Journey) -> list[Step]:
    return list(journey.steps.filter(kind=Step.Kind.WAIT_FOR, removed_at=None))


def _enter_found(journey: Journey, at: datetime) -> int:
    organisation = journey.organisation
    if making.problem_of_audience(organisation, journey.start["audience"]):
        return 0  # put away, or of special data now: its page says so
    audience = Audience.objects.get(pk=journey.start["audience"])
    seats = seats_of(journey)
    among = None if seats is None else frozenset(seats)
    try:
        found = compiling.within("ids", audience.definition, organisation, at=at, seats=among)
    except Unclear:
        return 0
    return len(enter(journey, FOUND.replace("{found}", found), {}, "audience", at))
