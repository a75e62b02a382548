"""People walk: all who are due at one step take it together, some thousands in one transaction.

What the step does to them, that they passed it, and where they are now is one commit: killed at
any moment nobody is lost, and nothing happens twice. Letters go out by the one sending path.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from muster.messaging import facts
from muster.messaging.journeys import doing, rules, telling
from muster.messaging.journeys.doing import Outcome, There, Went
from muster.messaging.journeys.entering import hold, seats_of
from muster.messaging.journeys.models import Journey, Step, Traveller
from muster.messaging.journeys.trees import at as step_at
from muster.messaging.journeys.trees import tree_of

MOST = 5_000  # people in one transaction

DUE = """
SELECT step_id FROM messaging_traveller
 WHERE journey_id = %(journey)s AND ended_at IS NULL AND due_at <= %(at)s
 ORDER BY due_at LIMIT 1
"""
TAKE = """
SELECT t.id, t.person_id, p.seat_id, t.entered_at, t.arrived_at, passed.outcome
  FROM messaging_traveller t
  JOIN people_person p ON p.id = t.person_id
  LEFT JOIN messaging_passage passed ON passed.traveller_id = t.id AND passed.step_id = t.step_id
 WHERE t.journey_id = %(journey)s AND t.step_id = %(step)s AND t.ended_at IS NULL
   AND t.due_at <= %(at)s
 ORDER BY t.due_at, t.id LIMIT %(most)s
   FOR UPDATE OF t
"""
PASSED = """
INSERT INTO messaging_passage (organisation_id, traveller_id, step_id, outcome, about_id, at)
SELECT %(organisation)s, went.traveller, %(step)s, went.outcome, went.about, %(at)s
  FROM unnest(%(travellers)s::bigint[], %(outcomes)s::text[], %(abouts)s::bigint[])
       AS went (traveller, outcome, about)
    ON CONFLICT DO NOTHING
"""
GO_TO = """
UPDATE messaging_traveller SET step_id = %(to)s, arrived_at = %(at)s, due_at = %(due)s
 WHERE id = ANY(%(travellers)s)
"""
GO_OUT = """
UPDATE messaging_traveller
   SET step_id = NULL, due_at = NULL, ended_at = %(at)s, ending = %(ending)s
 WHERE id = ANY(%(travellers)s)
"""
STAY = """
UPDATE messaging_traveller t SET due_at = stays.due
  FROM unnest(%(travellers)s::bigint[], %(dues)s::timestamptz[]) AS stays (traveller, due)
 WHERE t.id = stays.traveller
"""


def walk(journey_id: int, at: datetime) -> int:
    """Let everybody who is due take their steps, until nobody is; how many steps were taken."""
    doing.make_ready(journey_id, at)
    steps_taken = 0
    while taken := walk_some(journey_id, at):
        steps_taken += taken
    return steps_taken


def walk_some(journey_id: int, at: datetime, most: int = MOST) -> int:
    """One batch at one step, in one transaction. 0: nobody is due, or others are at it."""
    with transaction.atomic():
        journey = hold(journey_id)
        if journey is None:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(DUE, {"journey": journey.pk, "at": at})
            found = cursor.fetchone()
            if found is None:
                return 0
            step = Step.objects.get(pk=found[0])
            asked: dict[str, Any] = {"journey": journey.pk, "step": step.pk, "at": at, "most": most}
            cursor.execute(TAKE, asked)
            there = [There(*row) for row in cursor.fetchall()]
        here = _those_who_moved_away_leave(journey, there, at)
        went = _take(journey, step, here, at)
        _pass(journey, step, went, at)
        _go_on(journey, step, here, went, at)
    return len(there)


def go_out(
    journey: Journey, there: Iterable[There], ending: Traveller.Ending, at: datetime
) -> None:
    """They are out of it, and the journal knows."""
    there = list(there)
    if not there:
        return
    asked: dict[str, Any] = {"travellers": [t.id for t in there], "at": at, "ending": ending.value}
    with connection.cursor() as cursor:
        cursor.execute(GO_OUT, asked)
    people = [(t.person_id, ending.value) for t in there]
    telling.tell_of_people(facts.LEFT_JOURNEY, journey, people, at)


def _those_who_moved_away_leave(journey: Journey, there: list[There], at: datetime) -> list[There]:
    seats = seats_of(journey)
    if seats is None:
        return there
    among = set(seats)
    go_out(journey, [t for t in there if t.seat_id not in among], Traveller.Ending.MOVED, at)
    return [t for t in there if t.seat_id in among]


def _take(journey: Journey, step: Step, there: list[There], at: datetime) -> Went:
    """Do to each what the step says; to those who passed it before it was moved, nothing again."""
    before = {t.id: Outcome(t.passed) for t in there if t.passed}
    fresh = [t for t in there if not t.passed]
    if step.removed_at is not None:
        return Went({t.id: Outcome("passed") for t in fresh} | before)
    went = doing.do(journey, step, fresh, at) if fresh else Went()
    return Went(went.passed | before, went.stays)


def _pass(journey: Journey, step: Step, went: Went, at: datetime) -> None:
    asked: dict[str, Any] = {
        "organisation": journey.organisation_id,
        "step": step.pk,
        "at": at,
        "travellers": list(went.passed),
        "outcomes": [outcome.code for outcome in went.passed.values()],
        "abouts": [outcome.about for outcome in went.passed.values()],
    }
    with connection.cursor() as cursor:
        cursor.execute(PASSED, asked)


def _go_on(journey: Journey, step: Step, there: list[There], went: Went, at: datetime) -> None:
    """To the step that follows for each; who comes to the end is out of it."""
    tree, zone = tree_of(journey), ZoneInfo(journey.organisation.time_zone)
    here, to = step_at(step), defaultdict[int | None, list[There]](list)
    after = {
        code: tree.after(here, code) for code in {outcome.code for outcome in went.passed.values()}
    }
    for traveller in there:
        if traveller.id in went.passed:
            to[after[went.passed[traveller.id].code]].append(traveller)
    finished = to.pop(None, [])
    with connection.cursor() as cursor:
        for step_id, some in to.items():
            follows = tree.by_id[step_id]  # type: ignore[index]  # None was taken out above
            due = rules.due_on_arrival(follows.kind, follows.definition, at=at, zone=zone)
            going: dict[str, Any] = {
                "to": step_id,
                "at": at,
                "due": due,
                "travellers": [t.id for t in some],
            }
            cursor.execute(GO_TO, going)
        if went.stays:
            stays: dict[str, Any] = {
                "travellers": list(went.stays),
                "dues": list(went.stays.values()),
            }
            cursor.execute(STAY, stays)
    go_out(journey, finished, Traveller.Ending.FINISHED, at)
