"""A journey tried with somebody before it is started: what would happen to them, and when.

Nothing is written and nothing sent. What only time will tell is taken both ways at a fork.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from muster.audiences import compiling
from muster.audiences.counting import ask
from muster.audiences.models import Audience
from muster.audiences.rules import Unclear
from muster.journal.models import Fact
from muster.messaging.journeys import entering, making, rules
from muster.messaging.journeys.models import Journey, Traveller
from muster.messaging.journeys.rules import StepAt, Tree
from muster.messaging.journeys.trees import tree_of
from muster.people import consenting, suppressing
from muster.people.models import Person

MOST = 200


@dataclass(frozen=True)
class Stop:
    """One step on somebody's way: when they would come to it, and what would happen there."""

    step: int
    kind: str
    depth: int
    at: datetime
    words: str
    side: str = ""


def walk_through(journey: Journey, person: Person, at: datetime) -> list[Stop]:
    """Their way from now, as the journey and the person stand. A fork that is open goes both."""
    tree, zone = tree_of(journey), ZoneInfo(journey.organisation.time_zone)
    return _Walk(journey, person, tree, zone).all_from(tree.first(), at)


def may_enter(journey: Journey, person: Person, at: datetime) -> str:
    """Why somebody would not enter it now; empty: they would."""
    seats = entering.seats_of(journey)
    if seats is not None and person.seat_id not in seats:
        return "They live outside the seats of its unit."
    last = Traveller.objects.filter(journey=journey, person=person).order_by("round").last()
    if last is None:
        return ""
    if last.ended_at is None:
        return "They are on it."
    if journey.again_after_days is None:
        return "They were on it, and nobody is on it twice."
    return ""


class _Walk:
    def __init__(self, journey: Journey, person: Person, tree: Tree, zone: ZoneInfo) -> None:
        self.journey, self.person, self.tree, self.zone = journey, person, tree, zone
        self.found: list[Stop] = []

    def all_from(self, first: int | None, at: datetime) -> list[Stop]:
        self._go(first, at, 0, "")
        return self.found

    def _go(self, step_id: int | None, at: datetime, depth: int, side: str) -> None:
        while step_id is not None and len(self.found) < MOST:
            step = self.tree.by_id[step_id]
            due = rules.due_on_arrival(step.kind, step.definition, at=at, zone=self.zone)
            if step.kind == "branch":
                self._fork(step, due, depth, side)
                return
            if step.kind == "wait_for":
                words = "Goes on when it happens; at the latest then."
                due = rules.end_of_wait(step.definition, at)
            else:
                words = self._words(step)
            self.found.append(Stop(step.id, step.kind, depth, at, words, side))
            step_id, at, side = self.tree.after(step), due, ""

    def _fork(self, step: StepAt, at: datetime, depth: int, side: str) -> None:
        answer = self._answer(step)
        words = {"yes": "Yes, as things stand.", "no": "No, as things stand."}.get(
            answer, "Only time will tell: both ways."
        )
        self.found.append(Stop(step.id, step.kind, depth, at, words, side))
        if answer:
            self._go(self.tree.after(step, answer), at, depth, answer)
            return
        for turn in ("yes", "no"):
            self._go(self.tree.after(step, turn), at, depth + 1, turn)

    def _answer(self, step: StepAt) -> str:
        """Yes or no, where it can be said now; empty: what happens until then decides."""
        said = step.definition
        if said["on"] == "audience":
            return {True: "yes", False: "no", None: ""}[self._is_in(said["audience"])]
        if said["on"] == "fact" and said.get("since") == "ever":
            mine = Fact.objects.filter(organisation=self.journey.organisation)
            did = mine.filter(person_id=self.person.pk, kind=said["fact"])
            return "yes" if did.exists() else ""
        return ""

    def _is_in(self, audience_id: int) -> bool | None:
        organisation = self.journey.organisation
        if making.problem_of_audience(organisation, audience_id):
            return None
        definition = Audience.objects.get(pk=audience_id).definition
        at = self.person.joined_at
        try:
            rows = ask(compiling.sql("ids", definition, organisation, at=at))
        except Unclear:
            return None
        return any(row[0] == self.person.pk for row in rows)

    def _words(self, step: StepAt) -> str:
        if step.kind in ("send", "ask"):
            return self._of_letter()
        return ""

    def _of_letter(self) -> str:
        stands = consenting.standing(self.person).get("email")
        if "email" in suppressing.suppressed_channels(self.person):
            return "Would be left out: they asked us to stop."
        if stands is None or not stands.is_given:
            return "Would be left out: they did not agree to e-mail."
        return "Would be sent."
