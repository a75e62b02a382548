"""A journey's steps: added, changed, moved and taken out, also while people walk them.

Nobody is lost: who stood at a step that is taken out goes on with what followed it. Nothing
happens to anybody twice: who passed a step, wherever it stands now, does not pass it again. The
journey's row is locked, as it is while people walk: no step changes under anyone's feet.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from muster.content import approving
from muster.messaging.journeys import making, rules, telling
from muster.messaging.journeys.models import Journey, Step
from muster.messaging.journeys.trees import tree_of
from muster.messaging.models import Message
from muster.organisations.models import Member

COUNT_AGAIN = """
UPDATE messaging_traveller
   SET due_at = CASE WHEN %(minutes)s::int IS NULL THEN %(due)s
                     ELSE arrived_at + make_interval(mins => %(minutes)s) END
 WHERE step_id = %(step)s AND ended_at IS NULL
"""


class CannotEdit(Exception):
    """Why a step cannot be so; each argument is one reason, all of them at once."""


@dataclass(frozen=True)
class Spot:
    """Where a step is put: first on a side of a branch (None: of the trunk), or after a step."""

    parent: Step | None = None
    side: str = ""
    after: Step | None = None


def add(
    journey: Journey, kind: str, definition: dict[str, Any], spot: Spot, *, by: Member, at: datetime
) -> Step:
    """Put a step in. Who is past its place never comes to it. Raises `CannotEdit`."""
    with _held(journey) as held:
        _refuse_if(problems(held, kind, definition, at))
        if held.steps.filter(removed_at=None).count() >= rules.MOST_STEPS:
            raise CannotEdit(f"A journey has {rules.MOST_STEPS} steps at most.")
        parent, side, position = _place(held, spot)
        made = Step.objects.create(
            organisation_id=held.organisation_id,
            journey=held,
            kind=kind,
            definition=definition,
            parent=parent,
            side=side,
            position=position,
            changed_by=by,
            changed_at=at,
        )
        telling.tell_changed(held, by, at, f"step added: {kind}")
    return made


def change(step: Step, definition: dict[str, Any], *, by: Member, at: datetime) -> Step:
    """Let a step say something else, for who comes to it and who waits at it. `CannotEdit`."""
    with _held(step.journey) as held:
        step = _standing(held, step)
        _refuse_if(problems(held, step.kind, definition, at))
        step.definition, step.changed_by, step.changed_at = definition, by, at
        step.save(update_fields=["definition", "changed_by", "changed_at"])
        _count_again(held, step, at)
        telling.tell_changed(held, by, at, f"step changed: {step.kind}")
    return step


def move(step: Step, spot: Spot, *, by: Member, at: datetime) -> Step:
    """Put a step, with what hangs on it, elsewhere; who waits at it goes along. `CannotEdit`."""
    with _held(step.journey) as held:
        step = _standing(held, step)
        _refuse_within(step, spot)
        step.parent, step.side, step.position = _place(held, spot, but_not=step)
        step.changed_by, step.changed_at = by, at
        step.save(update_fields=["parent", "side", "position", "changed_by", "changed_at"])
        telling.tell_changed(held, by, at, f"step moved: {step.kind}")
    return step


def move_by(step: Step, up: bool, *, by: Member, at: datetime) -> Step:
    """One up or down among the steps of its side; at the end of them it stays. `CannotEdit`."""
    standing = Step.objects.filter(journey=step.journey_id, removed_at=None)
    beside = list(standing.filter(parent=step.parent_id, side=step.side).order_by("position", "id"))
    if step not in beside:
        raise CannotEdit("The step was taken out meanwhile.")
    here = beside.index(step)
    if not 0 <= here + (-1 if up else 1) < len(beside):
        return step
    before = beside[: here - 1] if up else beside[: here + 2]
    after = next((s for s in reversed(before) if s != step), None)
    return move(step, Spot(step.parent, step.side, after), by=by, at=at)


def take_out(step: Step, *, by: Member, at: datetime) -> None:
    """Take a step out, a branch with all its steps. Who stood there goes on. Twice is once."""
    with _held(step.journey) as held:
        step = Step.objects.get(pk=step.pk)
        if step.removed_at is not None:
            return
        gone = [step.pk, *_beneath(held, step)]
        held.steps.filter(pk__in=gone).update(removed_at=at, removed_by=by)
        # They are due now: walking finds that their step is gone, and takes them on from there.
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE messaging_traveller SET due_at = %s"
                " WHERE step_id = ANY(%s) AND ended_at IS NULL",
                [at, gone],
            )
        telling.tell_changed(held, by, at, f"step taken out: {step.kind}")


def problems(journey: Journey, kind: str, definition: rules.Definition, at: datetime) -> list[str]:
    """Everything wrong with what a step would say, in the organiser's words."""
    found = rules.problems_of_step(kind, definition)
    if found:
        return found
    organisation = journey.organisation
    if kind == "wait_for" or (kind == "branch" and definition["on"] == "fact"):
        found.append(making.problem_of_event(organisation, definition))
    if kind == "branch" and definition["on"] == "audience":
        found.append(making.problem_of_audience(organisation, definition["audience"]))
    if kind in ("send", "ask"):
        found.append(_problem_of_message(journey, definition["message"]))
    if kind == "hand":
        found.append(_problem_of_member(journey, definition["member"]))
    return [words for words in found if words]


def is_ready(message: Message, at: datetime) -> bool:
    """May its words go out: approved by another, and the approval has not run out."""
    return approving.approval_in_force(message.master, at) is not None


def _problem_of_message(journey: Journey, message_id: Any) -> str:
    ours = Message.objects.filter(organisation=journey.organisation_id, goes_with_journey=True)
    if isinstance(message_id, int) and ours.filter(pk=message_id).exists():
        return ""
    return "Choose an e-mail that was written for a journey."


def _problem_of_member(journey: Journey, member_id: Any) -> str:
    ours = Member.objects.filter(organisation=journey.organisation_id, ended_at=None)
    if isinstance(member_id, int) and ours.filter(pk=member_id).exists():
        return ""
    return "Choose a member of your organisation."


@contextmanager
def _held(journey: Journey) -> Iterator[Journey]:
    with transaction.atomic():
        held = Journey.objects.select_for_update(of=("self",)).get(pk=journey.pk)
        if held.ended_at is not None:
            raise CannotEdit("The journey has ended: make another.")
        yield held


def _standing(journey: Journey, step: Step) -> Step:
    found = journey.steps.filter(pk=step.pk, removed_at=None).first()
    if found is None:
        raise CannotEdit("The step was taken out meanwhile.")
    return found


def _place(
    journey: Journey, spot: Spot, but_not: Step | None = None
) -> tuple[Step | None, str, int]:
    """(parent, side, position) of a spot; what comes after it moves up by one."""
    after = _standing(journey, spot.after) if spot.after else None
    parent = after.parent if after else (_standing(journey, spot.parent) if spot.parent else None)
    side = after.side if after else spot.side
    if parent is not None and (parent.kind != Step.Kind.BRANCH or side not in ("yes", "no")):
        raise CannotEdit("Only a branch has sides: yes and no.")
    if parent is None:
        side = ""
    beside = journey.steps.filter(parent=parent, side=side)  # those taken out keep their places
    rows = list(beside.order_by("position", "id"))
    if but_not is not None:
        rows = [row for row in rows if row.pk != but_not.pk]
    at = rows.index(after) + 1 if after else 0
    for position, row in enumerate(rows):
        fresh = position if position < at else position + 1
        if row.position != fresh:
            Step.objects.filter(pk=row.pk).update(position=fresh)
    return parent, side, at


def _refuse_within(step: Step, spot: Spot) -> None:
    """A branch cannot stand on a side of its own."""
    above = spot.after if spot.after is not None else spot.parent
    while above is not None:
        if above.pk == step.pk and (above is not spot.after):
            raise CannotEdit("A branch cannot stand within itself.")
        if above.pk == step.pk:
            raise CannotEdit("It stands there already.")
        above = above.parent


def _beneath(journey: Journey, step: Step) -> list[int]:
    if step.kind != Step.Kind.BRANCH:
        return []
    tree = tree_of(journey)
    found: list[int] = []
    for side in ("yes", "no"):
        for child in tree.beneath(step.pk, side):
            found.append(child.id)
            found += _beneath(journey, Step.objects.get(pk=child.id))
    return found


def _count_again(journey: Journey, step: Step, at: datetime) -> None:
    """Who waits at a step waits by what it says now, counted from when they came."""
    minutes, due = None, at
    if step.kind == Step.Kind.WAIT:
        minutes = step.definition["minutes"]
    elif step.kind == Step.Kind.WAIT_UNTIL:
        zone = ZoneInfo(journey.organisation.time_zone)
        due = rules.due_on_arrival(step.kind, step.definition, at=at, zone=zone)
    with connection.cursor() as cursor:
        cursor.execute(COUNT_AGAIN, {"minutes": minutes, "due": due, "step": step.pk})


def _refuse_if(found: list[str]) -> None:
    if found:
        raise CannotEdit(*found)
