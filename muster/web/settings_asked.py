"""Settings: what one administrator asked for and another allows or refuses."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from muster.organisations import asking
from muster.organisations.models import RoleAsked
from muster.web.members import MemberRequest, member_may

in_charge = member_may("change settings", everywhere=True)


@require_POST
@in_charge
def allow(request: MemberRequest, pk: int) -> HttpResponse:
    asked = _asked(request, pk)
    try:
        asking.allow(asked, by=request.member, at=timezone.now())
    except asking.CannotAnswer as refusal:
        messages.error(request, " ".join(refusal.args))
    else:
        messages.success(request, f"{asked.member.name} is {asked}.")
    return redirect("settings:members")


@require_POST
@in_charge
def refuse(request: MemberRequest, pk: int) -> HttpResponse:
    why = request.POST.get("reason", "")
    try:
        asking.refuse(_asked(request, pk), by=request.member, at=timezone.now(), reason=why)
    except asking.CannotAnswer as refusal:
        messages.error(request, " ".join(refusal.args))
    else:
        messages.success(request, "It is not given.")
    return redirect("settings:members")


def _asked(request: MemberRequest, pk: int) -> RoleAsked:
    ours = RoleAsked.objects.filter(organisation=request.organisation)
    return get_object_or_404(ours.select_related("member", "unit"), pk=pk)


urlpatterns = [
    path("members/asked/<int:pk>/allow", allow, name="asked_allow"),
    path("members/asked/<int:pk>/refuse", refuse, name="asked_refuse"),
]
