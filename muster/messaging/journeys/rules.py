"""What a journey's steps say and where they lead, on plain values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Definition = Mapping[str, Any]

KINDS = {
    "wait": "Wait",
    "wait_for": "Wait until something happens",
    "wait_until": "Wait until an hour",
    "branch": "Branch",
    "send": "Send an e-mail",
    "ask": "Ask by e-mail",
    "tag": "Tag",
    "hand": "Hand to an organiser",
}
ENTERS_BY = ("fact", "audience")
BRANCHES_ON = ("fact", "audience", "reply", "last_wait")
LONGEST_WAIT = 366 * 24 * 60  # minutes
ASKED_FOR = timedelta(days=7)
"""How long after an ask an action still counts as its result."""
MOST_STEPS = 60

OUTCOMES = {
    "waited": "waited",
    "came": "it happened",
    "time_ran_out": "it did not happen in time",
    "yes": "yes",
    "no": "no",
    "sent": "put among what goes out",
    "had_it": "had this e-mail this month already",
    "not_sent": "nobody could send it",
    "tagged": "tagged",
    "untagged": "tag taken off",
    "as_it_was": "already so",
    "handed": "handed over",
    "handed_near": "handed to whoever is nearest",
    "nobody": "nobody could take it",
    "passed": "moved on when the step was taken out",
}
"""How somebody went through a step, by the code that is kept."""


@dataclass(frozen=True)
class StepAt:
    """A step and where it stands. `id` 0: not kept yet."""

    id: int
    kind: str
    definition: Definition = field(default_factory=dict)
    parent: int | None = None
    side: str = ""
    position: int = 0


class Tree:
    """The steps that stand, as people walk them; and those `gone`, from which they go on."""

    def __init__(self, steps: Iterable[StepAt], gone: Iterable[StepAt] = ()) -> None:
        self.by_id = {step.id: step for step in steps}
        self.gone = {step.id: step for step in gone}
        self._beneath: dict[tuple[int | None, str], list[StepAt]] = {}
        for step in sorted(self.by_id.values(), key=lambda step: (step.position, step.id)):
            self._beneath.setdefault((step.parent, step.side), []).append(step)

    def beneath(self, parent: int | None = None, side: str = "") -> Sequence[StepAt]:
        """The steps of one side, in order; without a parent those of the trunk."""
        return self._beneath.get((parent, side), [])

    def listed(self) -> list[tuple[int, StepAt]]:
        """All of them as they are read and edited: (how deep, step), a branch's yes before no."""
        return list(self._listed(None, "", 0))

    def _listed(self, parent: int | None, side: str, depth: int) -> Iterable[tuple[int, StepAt]]:
        for step in self.beneath(parent, side):
            yield depth, step
            if step.kind == "branch":
                for turn in ("yes", "no"):
                    yield from self._listed(step.id, turn, depth + 1)

    def first(self) -> int | None:
        """Where people enter; None: there are no steps."""
        trunk = self.beneath()
        return trunk[0].id if trunk else None

    def after(self, step: StepAt, outcome: str = "") -> int | None:
        """The step that follows; None: the end. It may itself have been taken out by now."""
        if step.kind == "branch" and outcome in ("yes", "no") and step.id in self.by_id:
            side = self.beneath(step.id, outcome)
            if side:
                return side[0].id
        later = [s for s in self.beneath(step.parent, step.side) if s.position > step.position]
        if later:
            return later[0].id
        if step.parent is None:
            return None
        return self.after(self.by_id.get(step.parent) or self.gone[step.parent])


def due_on_arrival(kind: str, definition: Definition, *, at: datetime, zone: ZoneInfo) -> datetime:
    """When something is to be done for whoever comes to a step at `at`.

    >>> noon = datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("UTC"))
    >>> str(due_on_arrival("wait", {"minutes": 90}, at=noon, zone=ZoneInfo("UTC")))
    '2026-03-02 13:30:00+00:00'
    >>> str(due_on_arrival("send", {}, at=noon, zone=ZoneInfo("UTC")))
    '2026-03-02 12:00:00+00:00'
    """
    if kind == "wait":
        return at + timedelta(minutes=definition["minutes"])
    if kind == "wait_until":
        return next_hour(definition["hour"], definition.get("days", ()), at=at, zone=zone)
    return at


def end_of_wait(definition: Definition, arrived_at: datetime) -> datetime:
    """Until when somebody waits for what may happen."""
    return arrived_at + timedelta(minutes=definition["at_most_minutes"])


def next_hour(hour: int, days: Sequence[int], *, at: datetime, zone: ZoneInfo) -> datetime:
    """The next such hour by the clocks of `zone`; `days`: Monday is 0, none at all: any day.

    >>> friday = datetime(2026, 3, 6, 20, tzinfo=ZoneInfo("UTC"))
    >>> str(next_hour(18, [0], at=friday, zone=ZoneInfo("Europe/London")))
    '2026-03-09 18:00:00+00:00'
    """
    local = at.astimezone(zone)
    for ahead in range(9):
        day = local + timedelta(days=ahead)
        if days and day.weekday() not in days:
            continue
        found = day.replace(hour=hour, minute=0, second=0, microsecond=0)
        if found >= local:
            return found.astimezone(at.tzinfo)
    raise ValueError("no such day in a week")


def problems_of_start(start: Definition) -> list[str]:
    """What is missing of how people enter."""
    if start.get("kind") == "fact" and start.get("fact"):
        return []
    if start.get("kind") == "audience" and start.get("audience"):
        return []
    return ["Choose how people enter: by what they do, or by coming into an audience."]


def problems_of_step(kind: str, definition: Definition) -> list[str]:
    """Everything that is wrong with what a step says, but for what only the database knows."""
    return list(_PROBLEMS[kind](definition)) if kind in _PROBLEMS else ["Choose a kind of step."]


def _of_wait(definition: Definition) -> Iterable[str]:
    if not _is_span(definition.get("minutes")):
        yield "Wait at least a minute and at most a year."


def _of_wait_for(definition: Definition) -> Iterable[str]:
    if not definition.get("fact"):
        yield "Choose what to wait for."
    if not _is_span(definition.get("at_most_minutes")):
        yield "Say how long to wait for it at most: a minute to a year."


def _of_wait_until(definition: Definition) -> Iterable[str]:
    hour, days = definition.get("hour"), definition.get("days", [])
    if not isinstance(hour, int) or not 0 <= hour <= 23:
        yield "Choose an hour from 0 to 23."
    if not isinstance(days, list) or not set(days) <= set(range(7)):
        yield "Choose days of the week."


def _of_branch(definition: Definition) -> Iterable[str]:
    on = definition.get("on")
    if on not in BRANCHES_ON:
        yield "Choose what to ask: what they did, an audience, a reply, or how the wait ended."
    if on == "fact" and not definition.get("fact"):
        yield "Choose what they may have done."
    if on == "audience" and not definition.get("audience"):
        yield "Choose the audience they may be in."


def _of_send(definition: Definition) -> Iterable[str]:
    if not definition.get("message"):
        yield "Choose the e-mail to send."


def _of_ask(definition: Definition) -> Iterable[str]:
    yield from _of_send(definition)


def _of_tag(definition: Definition) -> Iterable[str]:
    name = str(definition.get("tag", "")).strip()
    if not name or len(name) > 100:
        yield "Write a tag of at most 100 letters."


def _of_hand(definition: Definition) -> Iterable[str]:
    if not definition.get("member"):
        yield "Choose who takes them on."
    if len(str(definition.get("note", ""))) > 300:
        yield "Write at most 300 letters of what it is about."


_PROBLEMS = {
    "wait": _of_wait,
    "wait_for": _of_wait_for,
    "wait_until": _of_wait_until,
    "branch": _of_branch,
    "send": _of_send,
    "ask": _of_ask,
    "tag": _of_tag,
    "hand": _of_hand,
}


def _is_span(minutes: Any) -> bool:
    return isinstance(minutes, int) and 1 <= minutes <= LONGEST_WAIT
