"""An uncertain message, looked into by a person: it arrived, or it did not."""

from uuid import UUID

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from muster.lib.times import now
from muster.messaging import resolving
from muster.people.models import Person
from muster.web.members import MemberRequest, member_may
from muster.web.message_live import sending_for


@require_POST
@member_may("send messages", everywhere=True)
def resolve(request: MemberRequest, id: int, code: UUID) -> HttpResponse:
    """Write down what somebody found out. Whatever they say, it is never sent again."""
    sending = sending_for(request, id)
    seen = Person.objects.filter(request.reach.within("see people"))
    person = get_object_or_404(seen, organisation=request.organisation, code=code)
    arrived = request.POST.get("arrived") == "yes"
    if resolving.resolve(sending, person.pk, arrived=arrived, by=request.member, at=now()):
        toasts.success(request, "Counted as delivered." if arrived else "Counted as failed.")
    return redirect("messages:show", id)
