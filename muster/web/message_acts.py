"""What is done to a message: approved, pressed, stopped, let go on."""

from datetime import timedelta

from django.contrib import messages as toasts
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from muster.channels.domains.keeping import offered
from muster.content import approving
from muster.lib.times import now
from muster.messaging import pressing, speaking
from muster.messaging import whom as choosing
from muster.web.members import MemberRequest, member_may
from muster.web.message_live import sending_for
from muster.web.message_reach import audiences_for, message_for
from muster.web.message_show import answer

LONGEST_APPROVAL_HOURS = 24 * 14


@require_POST
@member_may("approve content", everywhere=True)
def approve(request: MemberRequest, id: int) -> HttpResponse:
    """Approve exactly what was read: its digest comes back with the form."""
    message = message_for(request, id)
    hours = request.POST.get("hours", "")
    until = now() + timedelta(
        hours=min(int(hours), LONGEST_APPROVAL_HOURS) if hours.isascii() and hours.isdigit() else 0
    )
    seen = request.POST.get("seen", "")
    try:
        approving.approve(message.master, request.member, now(), until, seen=seen)
    except approving.CannotApprove as refusal:
        return answer(request, message, status=409, refusal=refusal)
    return redirect("messages:show", id)


@require_POST
@member_may("approve content", everywhere=True)
def withdraw(request: MemberRequest, id: int) -> HttpResponse:
    message = message_for(request, id)
    approval = approving.approval_in_force(message.master, now())
    if approval is not None:
        try:
            approving.withdraw(approval, by=request.member, at=now())
        except approving.CannotWithdraw as refusal:
            return answer(request, message, status=409, refusal=refusal)
        toasts.success(request, "The approval is withdrawn. Nothing can be sent on it.")
    return redirect("messages:show", id)


@require_POST
@member_may("write content", everywhere=True)
def whom(request: MemberRequest, id: int) -> HttpResponse:
    """Everyone in its seats, or those of them in a saved audience; until it is pressed or armed."""
    message = message_for(request, id)
    typed = request.POST.get("audience", "")
    audience = None
    if typed:
        pk = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
        audience = get_object_or_404(audiences_for(request), pk=pk)
    try:
        choosing.choose(message, audience)
    except choosing.CannotChoose as refusal:
        return answer(request, message, status=409, refusal=refusal)
    return redirect("messages:show", id)


@require_POST
@member_may("write content", everywhere=True)
def speak(request: MemberRequest, id: int) -> HttpResponse:
    """Let it come from another sender, until it is approved."""
    message = message_for(request, id)
    typed = request.POST.get("sender", "")
    senders = {str(one.pk): one for one in offered(request.organisation, request.reach)}
    if typed and typed not in senders:
        raise Http404
    try:
        speaking.speak_as(message, senders.get(typed), at=now())
    except speaking.CannotSpeak as refusal:
        return answer(request, message, status=409, refusal=refusal)
    return redirect("messages:show", id)


def goes_with_launch(request: MemberRequest, id: int) -> HttpResponse | None:
    """What goes with a launch is stopped and let go on there, with everything beside it."""
    message = message_for(request, id)
    if not message.goes_with_launch:
        return None
    words = "It goes with a launch: stop it, or let it go on, in the Go room."
    return answer(request, message, status=409, refusal=pressing.CannotPress(words))


@require_POST
@member_may("send messages", everywhere=True)
def stop(request: MemberRequest, id: int) -> HttpResponse:
    """Stop handing over, on every worker, within a second."""
    if refused := goes_with_launch(request, id):
        return refused
    pressing.stop(sending_for(request, id), by=request.member, at=now())
    return redirect("messages:show", id)


@require_POST
@member_may("send messages", everywhere=True)
def go_on(request: MemberRequest, id: int) -> HttpResponse:
    """Go on where it was stopped, if the approval still holds."""
    if refused := goes_with_launch(request, id):
        return refused
    try:
        pressing.go_on(sending_for(request, id), by=request.member, at=now())
    except pressing.CannotPress as refusal:
        return answer(request, message_for(request, id), status=409, refusal=refusal)
    return redirect("messages:show", id)
