"""Settings: one member's roles, given, renewed and taken back, each change with its reason."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from muster.organisations import asking, authority, granting, joining, sessions
from muster.organisations.models import Member, Role, RoleAsked
from muster.web import sight
from muster.web.members import MemberRequest
from muster.web.settings_access_forms import ReasonForm, RoleForm
from muster.web.settings_reach import gives_access, is_whole, member_or_404, units


@require_http_methods(["GET", "HEAD", "POST"])
@gives_access
def show(request: MemberRequest, code: str) -> HttpResponse:
    """A member's roles, in force and past; a POST grants another."""
    member = member_or_404(request, code)
    form = RoleForm(request.POST or None, units=units(request))
    refusal = None
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            given = asking.give(member, form.wanted(now), by=request.member, at=now)
        except granting.CannotGrant as problems:
            refusal = problems
        else:
            messages.success(request, said(member, given))
            return redirect("settings:member", code=code)
    return _page(request, member, form, refusal)


def said(member: Member, given: Role | RoleAsked) -> str:
    if isinstance(given, RoleAsked):
        return f"Asked. {member.name} has it once another administrator allows it, on Today."
    return f"{member.name} has the role from now on."


@require_POST
@gives_access
def revoke(request: MemberRequest, code: str, role: int) -> HttpResponse:
    found = _role(request, code, role)
    why = request.POST.get("reason", "")
    try:
        granting.revoke(found, by=request.member, at=timezone.now(), reason=why)
    except granting.CannotRevoke as refusal:
        return _page(request, found.member, RoleForm(units=units(request)), refusal)
    messages.success(request, f"{found.member.name} has that role no longer.")
    return redirect("settings:member", code=code)


@require_POST
@gives_access
def renew(request: MemberRequest, code: str, role: int) -> HttpResponse:
    found = _role(request, code, role)
    why = request.POST.get("reason", "")
    try:
        renewed = granting.renew(found, by=request.member, at=timezone.now(), reason=why)
    except granting.CannotGrant as refusal:
        return _page(request, found.member, RoleForm(units=units(request)), refusal)
    until = (
        f" until {timezone.localtime(renewed.expires_at):%-d %B %Y}"
        if renewed.expires_at
        else " without end"
    )
    messages.success(request, f"{found.member.name} has it{until}.")
    return redirect("settings:member", code=code)


@require_POST
@gives_access
def end(request: MemberRequest, code: str) -> HttpResponse:
    member = member_or_404(request, code)
    why = request.POST.get("reason", "")
    try:
        joining.end(member, by=request.member, at=timezone.now(), reason=why)
    except joining.CannotEnd as refusal:
        return _page(request, member, RoleForm(units=units(request)), refusal)
    messages.success(request, f"{member.name} is no longer a member. What they did stays theirs.")
    return redirect("settings:members")


@require_POST
@gives_access
def sign_out(request: MemberRequest, code: str) -> HttpResponse:
    """End every session of a member's sign-in."""
    member = member_or_404(request, code)
    why = request.POST.get("reason", "")
    try:
        ended = sessions.end_for(member, by=request.member, at=timezone.now(), reason=why)
    except sessions.CannotEndSessions as refusal:
        return _page(request, member, RoleForm(units=units(request)), refusal)
    messages.success(request, f"{member.name} is signed out everywhere: {ended} ended.")
    return redirect("settings:member", code=code)


def _role(request: MemberRequest, code: str, role: int) -> Role:
    """A role of this member in a unit of whoever asks."""
    member = member_or_404(request, code)
    mine = Role.objects.filter(member=member, unit__in=units(request).values("pk"))
    return get_object_or_404(mine.select_related("member__organisation", "unit"), pk=role)


def _page(
    request: MemberRequest, member: Member, form: RoleForm, refusal: Exception | None
) -> HttpResponse:
    now = timezone.now()
    roles = member.roles.filter(unit__in=units(request).values("pk"))
    if is_whole(request):
        roles = member.roles.all()  # those in closed units too
    roles = roles.select_related("unit", "granted_by", "revoked_by").order_by("-granted_at")
    standing = {role.pk for role in Role.objects.in_force(now).filter(member=member)}
    context = {
        "who": member,
        "form": form,
        "why": ReasonForm(auto_id="why-%s"),
        "refusal": refusal,
        "standing": [role for role in roles if role.pk in standing],
        "past": [role for role in roles if role.pk not in standing],
        "elsewhere": authority.roles_beyond(member, request.member, at=now),
        "asked": asking.waiting(request.organisation).filter(member=member)
        if is_whole(request)
        else [],
        "sight": sight.of_member(member, [role for role in roles if role.pk in standing]),
        "sessions": len(sessions.open_of(member.user, at=now)),
        "has_factor": Authenticator.objects.filter(user=member.user).exists(),
        "notices": member.notices.order_by("-made_at")[:5] if is_whole(request) else [],
        "now": now,
        "here": "members",
    }
    return render(request, "web/settings/member.html", context)


urlpatterns = [
    path("members/<uuid:code>", show, name="member"),
    path("members/<uuid:code>/roles/<int:role>/revoke", revoke, name="role_revoke"),
    path("members/<uuid:code>/roles/<int:role>/renew", renew, name="role_renew"),
    path("members/<uuid:code>/end", end, name="member_end"),
    path("members/<uuid:code>/sign-out", sign_out, name="member_sign_out"),
]
