"""Which masters a member may see, and how much of each."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from muster.content.masters import CannotWrite
from muster.content.models import Cut, Master
from muster.launches.models import Launch
from muster.messaging.models import Message
from muster.places.models import Place, Target, TargetList
from muster.web.members import MemberRequest

SEES = "see messages"


def masters_for(request: MemberRequest) -> QuerySet[Master]:
    """Masters cut for seats that the member reaches: head office's all, a seat's its own."""
    found = Master.objects.filter(organisation=request.organisation, targets__isnull=False)
    seats = request.reach.seats(SEES)
    if seats is not None:
        lists = Target.objects.filter(place_id__in=seats).values("target_list")
        found = found.filter(targets__in=lists)
    return found.select_related("organisation", "author", "targets")


def master_for(request: MemberRequest, id: int) -> Master:
    return get_object_or_404(masters_for(request), pk=id)


def cuts_for(request: MemberRequest, masters: Iterable[Master]) -> QuerySet[Cut]:
    """Their cuts in the member's seats, in the order of their list."""
    within = request.reach.within(SEES, "place_id")
    found = Cut.objects.filter(within, master__in=list(masters), place__isnull=False)
    return found.select_related("master", "place", "campaigner")


def places_of(targets: TargetList | None) -> list[Place]:
    """Every seat of a list, best first: a master is always cut for all of them."""
    if targets is None:
        return []
    return list(Place.objects.filter(target__target_list=targets).order_by("target__rank"))


def places_for(request: MemberRequest, targets: TargetList | None) -> list[Place]:
    """Those of them that the member reaches."""
    seats = request.reach.seats(SEES)
    return [place for place in places_of(targets) if seats is None or place.pk in seats]


def message_of(master: Master) -> Message | None:
    """The message an e-mail's words belong to."""
    return Message.objects.filter(master=master).first()


def launch_of(master: Master) -> Launch | None:
    """The launch that carries these words."""
    return Launch.objects.carrying(master).select_related("page").first()


def refuse_while_armed(master: Master) -> None:
    """What two members armed stays as they read it. Raises CannotWrite until it is disarmed."""
    launch = launch_of(master)
    if launch is not None and launch.sealed_at and not launch.went_at:
        raise CannotWrite(
            f"{launch.name} is armed with these very words: disarm it before changing them."
        )


def companions_of(master: Master, launch: Launch | None) -> list[Master]:
    """The master, and with a post or an ad the card that travels in it."""
    is_carrier = master.kind in (Master.Kind.POST, Master.Kind.AD)
    if launch is not None and is_carrier and launch.card is not None:
        return [master, launch.card]
    return [master]


def longest_and_shortest(places: Sequence[Place]) -> tuple[Place, Place] | None:
    """The seats whose names fill most room and least."""
    if not places:
        return None
    ordered = sorted(places, key=lambda place: (len(place.name), place.name))
    return ordered[-1], ordered[0]
