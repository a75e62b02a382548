"""One's own access: roles and their ends, what changed and why, and where one is signed in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from muster.organisations import sessions
from muster.organisations.models import Role
from muster.web import browsers, sight
from muster.web.members import MemberRequest, any_member

SHOWN = 20


@require_safe
@any_member
def you(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    roles = list(Role.objects.in_force(now).filter(member=request.member).select_related("unit"))
    context = {
        "roles": roles,
        "sight": sight.of_member(request.member, roles),
        "told": request.member.notices.order_by("-made_at")[:SHOWN],
        "sessions": [
            {
                "name": sessions.name_of(one),
                "browser": browsers.in_words(one.browser),
                "address": one.address,
                "began_at": one.began_at,
                "is_this": one.session_key == request.session.session_key,
            }
            for one in sessions.open_of(request.member.user, at=now)
        ],
        "now": now,
    }
    return render(request, "web/you.html", context)


@require_POST
@any_member
def end_session(request: MemberRequest) -> HttpResponse:
    """End one of one's own sessions, or with no name all but this one."""
    name, here = request.POST.get("session", ""), request.session.session_key
    if name:
        is_ended = sessions.end_one(request.member.user, name, keep=here)
        words = "That session is ended." if is_ended else "It had ended already."
    else:
        ended = sessions.end_all_of(request.member.user, keep=here)
        words = f"Ended: {ended}. You stay signed in here alone."
    messages.success(request, words)
    return redirect("you")


urlpatterns = [
    path("you", you, name="you"),
    path("you/sessions/end", end_session, name="session_end"),
]
