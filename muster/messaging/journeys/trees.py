"""A journey's standing steps, read from the database."""

from muster.messaging.journeys.models import Journey, Step
from muster.messaging.journeys.rules import StepAt, Tree


def tree_of(journey: Journey) -> Tree:
    steps = list(Step.objects.filter(journey=journey))
    stand = [at(step) for step in steps if step.removed_at is None]
    return Tree(stand, [at(step) for step in steps if step.removed_at is not None])


def at(step: Step) -> StepAt:
    return StepAt(step.pk, step.kind, step.definition, step.parent_id, step.side, step.position)
