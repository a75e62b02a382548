"""Which journeys a member may see and run, and among whom their numbers are counted."""

import uuid
from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from muster.messaging.journeys import seeing
from muster.messaging.journeys.models import Journey, Step
from muster.organisations.models import Unit
from muster.web.members import MemberRequest

RUN, SEES = seeing.RUN, seeing.SEES


def journeys_for(request: MemberRequest) -> QuerySet[Journey]:
    return seeing.visible(request.organisation, request.reach)


def journey_for(request: MemberRequest, code: uuid.UUID) -> Journey:
    return get_object_or_404(journeys_for(request), code=code)


def journey_to_run(request: MemberRequest, code: uuid.UUID) -> Journey:
    """The same, if they may run it. Raises `PermissionDenied`."""
    journey = journey_for(request, code)
    if not may_run(request, journey):
        raise PermissionDenied("This journey is head office's, or another unit's.")
    return journey


def step_to_edit(request: MemberRequest, code: uuid.UUID, step: uuid.UUID) -> Step:
    """A standing step of a journey they may run."""
    journey = journey_to_run(request, code)
    standing = journey.steps.filter(removed_at=None).select_related("journey__organisation")
    return get_object_or_404(standing, code=step)


def may_run(request: MemberRequest, journey: Journey) -> bool:
    return seeing.is_within(request.reach, journey.unit, RUN)


def units_to_run(request: MemberRequest) -> list[Unit | None]:
    """Whose journeys they may make: None is head office."""
    mine: list[Unit | None] = [None] if request.reach.may_everywhere(RUN) else []
    branches = [unit for unit in _units(request) if unit.kind != Unit.Kind.HEAD_OFFICE]
    return [*mine, *(unit for unit in branches if seeing.is_within(request.reach, unit, RUN))]


def seats_counted(request: MemberRequest) -> Collection[int] | None:
    """Among the people of which seats they see numbers; None: everybody."""
    return request.reach.seats(SEES)


def _units(request: MemberRequest) -> QuerySet[Unit]:
    return Unit.objects.filter(organisation=request.organisation).order_by("pk")
