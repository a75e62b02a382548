"""Which messages a member may see, and how much of each."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from muster.messaging.models import Message, Sending
from muster.places.models import Target
from muster.web.members import MemberRequest

SEEN = ("master__author", "target_list__party", "target_list__election", "page", "account")


def messages_for(request: MemberRequest) -> QuerySet[Message]:
    """Messages to seats that the member reaches: whole for head office, a seat's for the seat."""
    found = Message.objects.filter(organisation=request.organisation, target_list__isnull=False)
    seats = request.reach.seats("see messages")
    if seats is not None:
        lists = Target.objects.filter(place_id__in=seats).values("target_list")
        found = found.filter(target_list__in=lists)
    return found.select_related(*SEEN)


def message_for(request: MemberRequest, id: int) -> Message:
    return get_object_or_404(messages_for(request), pk=id)


def sending_of(message: Message) -> Sending | None:
    """The press, if it was pressed."""
    return message.sendings.exclude(state=Sending.State.OPEN).select_related("pressed_by").first()
