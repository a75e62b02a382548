"""Which messages a member may see, and how much of each."""

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404

from muster.audiences import saving
from muster.audiences.models import AudienceQuerySet
from muster.launches.models import Launch
from muster.lib.times import now
from muster.messaging.models import Message, Plan, Sending
from muster.places.models import Target
from muster.web.members import MemberRequest

SEEN = (
    "master__author",
    "target_list__party",
    "target_list__election",
    "audience",
    "page",
    "account",
    "sender",
)


def messages_for(request: MemberRequest) -> QuerySet[Message]:
    """Messages to seats that the member reaches: whole for head office, a seat's for the seat."""
    found = Message.objects.filter(organisation=request.organisation, target_list__isnull=False)
    seats = request.reach.seats("see messages")
    if seats is not None:
        lists = Target.objects.filter(place_id__in=seats).values("target_list")
        found = found.filter(target_list__in=lists)
    plans = Plan.objects.filter(ended_at=None).select_related("by")
    planned = Prefetch("plans", plans, to_attr="plans_in_force")
    return found.select_related(*SEEN).prefetch_related(planned)


def message_for(request: MemberRequest, id: int) -> Message:
    return get_object_or_404(messages_for(request), pk=id)


def audiences_for(request: MemberRequest) -> AudienceQuerySet:
    """The saved audiences a message of this member may go to."""
    return saving.visible(request.organisation, request.member, request.reach, now())


def sending_of(message: Message) -> Sending | None:
    """The press, if it was pressed; of one that goes with a launch, if that went."""
    pressed = message.sendings.in_earnest().select_related("pressed_by", "went_by", "freeze")
    if message.goes_with_launch:
        pressed = pressed.filter(went_at__isnull=False)
    return pressed.first()


def launch_of(message: Message) -> Launch | None:
    """The launch it goes with; then it is pressed, stopped and let go on there."""
    if not message.goes_with_launch:
        return None
    return Launch.objects.filter(message=message).first()
