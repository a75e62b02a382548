"""A seat's part in the newest launch: its items, how they stand, what they look like."""

from dataclasses import dataclass

from muster.launches import standing
from muster.launches.models import Launch
from muster.lib.times import now
from muster.places.models import Place, Target
from muster.web.content_previews import Previews
from muster.web.launch_reach import launches_for
from muster.web.launch_seats import Seat, seats_of
from muster.web.launch_show import previews_for, problems_for
from muster.web.launch_standing import AFTER
from muster.web.members import MemberRequest


@dataclass(frozen=True)
class Launched:
    """What the seat's page shows of a launch."""

    launch: Launch
    seat: Seat
    previews: Previews
    has_gone: bool


def latest_in(place: Place, request: MemberRequest) -> Launched | None:
    """The newest launch that this seat is in, if the member may see it here."""
    if not request.reach.may_in("see launches", place.pk):
        return None
    lists = Target.objects.filter(place=place).values("target_list")
    launch = launches_for(request).filter(target_list__in=lists).first()
    if launch is None:
        return None
    stands = standing.standing(launch)
    here = frozenset({place.pk})
    problems = problems_for(launch, stands, here, now())
    for seat in seats_of(stands, problems.by_seat, here):
        previews = previews_for(request, launch, place)
        return Launched(launch, seat, previews, stands.state in AFTER)
    return None
