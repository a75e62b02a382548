"""What became of a journey: how many are where, how each step went, how people left.

The numbers add up: who entered are there or out; who came to a step passed it, wait at it, or left
while they waited.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from muster.messaging.journeys import rules
from muster.messaging.journeys.models import Journey, Step, Traveller

BY_STEP = """
SELECT t.step_id, count(*), min(t.due_at) FROM messaging_traveller t {of_people}
 WHERE t.journey_id = %(journey)s AND t.ended_at IS NULL {among}
 GROUP BY t.step_id
"""
BY_ENDING = """
SELECT t.ending, count(*) FROM messaging_traveller t {of_people}
 WHERE t.journey_id = %(journey)s AND t.ended_at IS NOT NULL {among}
 GROUP BY t.ending
"""
BY_OUTCOME = """
SELECT passed.step_id, passed.outcome, count(*)
  FROM messaging_step s
  JOIN messaging_passage passed ON passed.step_id = s.id
  JOIN messaging_traveller t ON t.id = passed.traveller_id {of_people}
 WHERE s.journey_id = %(journey)s {among}
 GROUP BY passed.step_id, passed.outcome
"""
LETTERS = """
SELECT passed.step_id, d.state, d.reason, count(*)
  FROM messaging_step s
  JOIN messaging_passage passed ON passed.step_id = s.id AND passed.outcome = 'sent'
  JOIN messaging_traveller t ON t.id = passed.traveller_id {of_people}
  JOIN messaging_sending sending ON sending.id = passed.about_id
  JOIN messaging_delivery d ON d.month = sending.month AND d.sending_id = sending.id
                           AND d.person_id = t.person_id
 WHERE s.journey_id = %(journey)s AND s.kind IN ('send', 'ask') {among}
 GROUP BY passed.step_id, d.state, CASE WHEN d.state = 4 THEN d.reason ELSE '' END, d.reason
"""
ACTED = """
SELECT passed.step_id, count(DISTINCT t.id)
  FROM messaging_step s
  JOIN messaging_message m ON m.id = (s.definition->>'message')::bigint
  JOIN messaging_passage passed ON passed.step_id = s.id AND passed.outcome = 'sent'
  JOIN messaging_traveller t ON t.id = passed.traveller_id {of_people}
  JOIN actions_action did ON did.page_id = m.page_id AND did.person_id = t.person_id
   AND did.at > passed.at AND did.at <= passed.at + %(asked_for)s
 WHERE s.journey_id = %(journey)s AND s.kind = 'ask' {among}
 GROUP BY passed.step_id
"""
OF_PEOPLE = "JOIN people_person p ON p.id = t.person_id"
AMONG = "AND p.seat_id = ANY(%(seats)s)"
LETTER_STATES = {
    0: "waiting",
    1: "waiting",
    2: "delivered",
    3: "failed",
    4: "left out",
    5: "uncertain",
}


@dataclass
class Results:
    """How one step went. `letters`: e-mails by how they ended; `left`: why some were left out."""

    waiting: int = 0
    next_at: datetime | None = None
    outcomes: dict[str, int] = field(default_factory=dict)
    letters: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    acted: int = 0

    @property
    def passed(self) -> int:
        return sum(self.outcomes.values())

    @property
    def in_words(self) -> list[tuple[str, int]]:
        """(how, how many), the most first."""
        found = [(rules.OUTCOMES.get(code, code), n) for code, n in self.outcomes.items()]
        return sorted(found, key=lambda row: -row[1])


@dataclass
class Look:
    """A whole journey in numbers: `entered` = `there` + everyone in `endings`."""

    there: int = 0
    endings: dict[str, int] = field(default_factory=dict)
    steps: dict[int, Results] = field(default_factory=dict)

    @property
    def entered(self) -> int:
        return self.there + sum(self.endings.values())

    @property
    def goal(self) -> int:
        return self.endings.get(Traveller.Ending.GOAL, 0)

    @property
    def endings_by_code(self) -> list[tuple[str, str, int]]:
        """(code, in words, how many), the most first."""
        found = [(c, str(Traveller.Ending(c).label), n) for c, n in self.endings.items()]
        return sorted(found, key=lambda row: -row[2])

    @property
    def endings_in_words(self) -> list[tuple[str, int]]:
        return [(str(Traveller.Ending(code).label), n) for code, n in self.endings.items()]


def look(journey: Journey, seats: Collection[int] | None = None) -> Look:
    """All of it, among the people of these seats (None: everybody)."""
    found = Look()
    steps = Step.objects.filter(journey=journey)
    found.steps = {pk: Results() for pk in steps.values_list("pk", flat=True)}
    for step_id, n, due in _ask(BY_STEP, journey, seats):
        found.steps[step_id].waiting, found.steps[step_id].next_at = n, due
        found.there += n
    found.endings = dict(_ask(BY_ENDING, journey, seats))
    for step_id, outcome, n in _ask(BY_OUTCOME, journey, seats):
        found.steps[step_id].outcomes[outcome] = n
    for step_id, state, reason, n in _ask(LETTERS, journey, seats):
        _count_letters(found.steps[step_id], LETTER_STATES[state], reason, n)
    for step_id, n in _ask(ACTED, journey, seats):
        found.steps[step_id].acted = n
    return found


def counts_of(
    journeys: Collection[Journey], seats: Collection[int] | None = None
) -> dict[int, tuple[int, int, int]]:
    """For a list of them: id → (there now, entered in all, came to the goal)."""
    travellers = Traveller.objects.filter(journey__in=journeys)
    if seats is not None:
        travellers = travellers.filter(person__seat__in=list(seats))
    rows = travellers.values_list("journey").annotate(
        there=Count("pk", filter=Q(ended_at=None)),
        entered=Count("pk"),
        goal=Count("pk", filter=Q(ending=Traveller.Ending.GOAL)),
    )
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def waiting_at(
    journeys: Collection[Journey], seats: Collection[int] | None = None
) -> dict[int, int]:
    """How many stand at each step of them now, where anybody stands."""
    there = Traveller.objects.filter(journey__in=journeys, ended_at=None)
    if seats is not None:
        there = there.filter(person__seat__in=list(seats))
    return {step: n for step, n in there.values_list("step").annotate(Count("pk")) if step}


def _count_letters(results: Results, ending: str, reason: str, n: int) -> None:
    results.letters[ending] = results.letters.get(ending, 0) + n
    if ending == "left out":
        results.left[reason] = results.left.get(reason, 0) + n


def _ask(statement: str, journey: Journey, seats: Collection[int] | None) -> list[Any]:
    cut = {"{of_people}": "", "{among}": ""}
    if seats is not None:
        cut = {"{of_people}": OF_PEOPLE, "{among}": AMONG}
    for gap, words in cut.items():
        statement = statement.replace(gap, words)
    asked: Mapping[str, Any] = {
        "journey": journey.pk,
        "seats": None if seats is None else list(seats),
        "asked_for": rules.ASKED_FOR,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return list(cursor.fetchall())
