"""Which launches a member may see, how much of each, and what they may do to it."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from muster.launches.models import Launch
from muster.places.models import Place, Target
from muster.places.scope import Reach
from muster.web.members import MemberRequest

SEEN = (
    "message__master__author",
    "target_list__party",
    "page",
    "post",
    "card",
    "ad",
    "words",
    "social",
    "ads",
    "sending",
    "rehearsal",
    "rehearsal_batch",
    "made_by",
    "went_by",
)


def launches_for(request: MemberRequest) -> QuerySet[Launch]:
    """Launches in seats that the member reaches, newest first."""
    found = Launch.objects.of(request.organisation)
    seats = request.reach.seats("see launches")
    if seats is not None:
        lists = Target.objects.filter(place_id__in=seats).values("target_list")
        found = found.filter(target_list__in=lists)
    return found.select_related(*SEEN)


def launch_for(request: MemberRequest, id: int) -> Launch:
    return get_object_or_404(launches_for(request), pk=id)


def seat_for(request: MemberRequest, launch: Launch, code: str, permission: str) -> Place:
    """A seat of the launch in which the member may do this, or 404."""
    targets = Target.objects.filter(target_list=launch.target_list_id).values("place_id")
    theirs = request.reach.within(permission, "pk")
    return get_object_or_404(Place.objects.filter(theirs, pk__in=targets), code=code)


@dataclass(frozen=True)
class May:
    """What a member may do to launches, for the templates to ask."""

    see_all: bool
    prepare: bool
    arm: bool
    stop: bool
    hold: bool
    hold_all: bool
    spend: bool

    @classmethod
    def of(cls, reach: Reach) -> "May":
        return cls(
            see_all=reach.seats("see launches") is None,
            prepare=reach.may_everywhere("prepare launches"),
            arm=reach.may_everywhere("arm launches"),
            stop=may_stop(reach),
            hold=reach.may("hold launches"),
            hold_all=reach.may_everywhere("hold launches"),
            spend=reach.may_everywhere("authorise spending"),
        )


def may_stop(reach: Reach) -> bool:
    """Whoever may press Go may stop it, and whoever may hold every seat."""
    return reach.may_everywhere("arm launches") or reach.may_everywhere("hold launches")
