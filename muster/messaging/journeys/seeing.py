"""Which journeys a reach takes in: asked by pages and programs alike."""

from django.db.models import QuerySet

from muster.messaging.journeys.models import Journey
from muster.organisations.models import Organisation, Unit
from muster.places.scope import Reach, seats_beneath

RUN = "run journeys"
SEES = "see messages"


def visible(organisation: Organisation, reach: Reach, permission: str = SEES) -> QuerySet[Journey]:
    """Head office's, whose letters anybody may see; and those of units within reach."""
    found = Journey.objects.filter(organisation=organisation)
    found = found.select_related("organisation", "unit", "made_by", "started_by")
    if reach.may_everywhere(permission):
        return found
    units = Unit.objects.filter(organisation=organisation)
    mine = [unit.pk for unit in units if is_within(reach, unit, permission)]
    return found.filter(unit=None) | found.filter(unit__in=mine)


def is_within(reach: Reach, unit: Unit | None, permission: str) -> bool:
    """Head office's take a role there; a unit's, one that holds in all of its seats."""
    if unit is None or unit.kind == Unit.Kind.HEAD_OFFICE:
        return reach.may_everywhere(permission)
    seats = reach.seats(permission)
    if seats is None:
        return True
    beneath = seats_beneath(unit.place_code)
    return bool(beneath) and beneath <= seats
