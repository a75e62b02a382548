"""Settings: inviting someone, or many from a file; sending again and withdrawing."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from muster.channels.letters import account_of
from muster.organisations import inviting, notices
from muster.organisations.models import Invitation
from muster.web.members import MemberRequest
from muster.web.settings_access_forms import InvitationForm
from muster.web.settings_reach import gives_access, units


@require_http_methods(["GET", "HEAD", "POST"])
@gives_access
def invite(request: MemberRequest) -> HttpResponse:
    form = InvitationForm(request.POST or None, units=units(request))
    refusal: Exception | None = None
    goes_by_letter = account_of(request.organisation) is not None
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            invitation, key = inviting.invite(
                request.organisation,
                form.asked(now),
                by=request.member,
                at=now,
                by_letter=goes_by_letter,
            )
        except inviting.CannotInvite as problems:
            refusal = problems
        else:
            return _invited(request, invitation, key, goes_by_letter)
    context = {"form": form, "refusal": refusal, "by_letter": goes_by_letter, "here": "members"}
    return render(request, "web/settings/invite.html", context)


@require_POST
@gives_access
def again(request: MemberRequest, pk: int) -> HttpResponse:
    """A fresh link; the one before opens nothing."""
    invitation = _invitation(request, pk)
    goes_by_letter = account_of(request.organisation) is not None
    try:
        key = inviting.send_again(
            invitation, by=request.member, at=timezone.now(), by_letter=goes_by_letter
        )
    except inviting.CannotInvite as refusal:
        messages.error(request, " ".join(refusal.args))
        return redirect("settings:members")
    return _invited(request, invitation, key, goes_by_letter)


@require_POST
@gives_access
def withdraw(request: MemberRequest, pk: int) -> HttpResponse:
    invitation = _invitation(request, pk)
    inviting.withdraw(invitation, by=request.member, at=timezone.now())
    messages.success(request, f"The invitation to {invitation.name} opens nothing any more.")
    return redirect("settings:members")


def _invited(
    request: MemberRequest, invitation: Invitation, key: str, by_letter: bool
) -> HttpResponse:
    """By letter, the link is nobody's here; otherwise it is shown this once."""
    if by_letter:
        messages.success(request, f"Invited: a letter goes to {invitation.email}.")
        return redirect("settings:members")
    link = notices.address(inviting.path_of(key))
    context = {"invitation": invitation, "link": link, "here": "members"}
    return render(request, "web/settings/invited.html", context)


def _invitation(request: MemberRequest, pk: int) -> Invitation:
    ours = inviting.in_charge_of(request.member, at=timezone.now())
    return get_object_or_404(ours.select_related("organisation"), pk=pk)


urlpatterns = [
    path("members/invite", invite, name="invite"),
    path("members/invitations/<int:pk>/again", again, name="invitation_again"),
    path("members/invitations/<int:pk>/withdraw", withdraw, name="invitation_withdraw"),
]
