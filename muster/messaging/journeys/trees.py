"""A journey's standing steps, read from the database."""

from collections.abc import Collection

from muster.messaging.journeys.models import Journey, Step
from muster.messaging.journeys.rules import StepAt, Tree


def tree_of(journey: Journey) -> Tree:
    return _tree(list(Step.objects.filter(journey=journey)))


def trees_of(journeys: Collection[Journey]) -> dict[int, Tree]:
    """The same of many, asked once: by the journey's id."""
    steps: dict[int, list[Step]] = {journey.pk: [] for journey in journeys}
    for step in Step.objects.filter(journey__in=journeys):
        steps[step.journey_id].append(step)
    return {journey: _tree(found) for journey, found in steps.items()}


def _tree(steps: list[Step]) -> Tree:
    stand = [at(step) for step in steps if step.removed_at is None]
    return Tree(stand, [at(step) for step in steps if step.removed_at is not None])


def at(step: Step) -> StepAt:
    return StepAt(step.pk, step.kind, step.definition, step.parent_id, step.side, step.position)
