"""Settings: who belongs, what they may do, who gave them that and until when."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.organisations import granting, joining
from muster.organisations.models import Member, Role
from muster.web.accounts import first_password_path
from muster.web.members import MemberRequest, member_may
from muster.web.settings_forms import MemberForm, RoleForm

in_charge = member_may("change settings", everywhere=True)


@require_safe
@in_charge
def listing(request: MemberRequest) -> HttpResponse:
    in_force = Role.objects.in_force(timezone.now()).select_related("unit")
    members = (
        request.organisation.members.filter(ended_at=None)
        .select_related("user")
        .annotate(has_factor=Exists(Authenticator.objects.filter(user=OuterRef("user"))))
        .prefetch_related(Prefetch("roles", in_force, to_attr="standing"))
        .order_by("name")
    )
    rows = list(members)
    context = {
        "members": rows,
        "bare": [m for m in rows if not m.has_factor],
        "ended": request.organisation.members.exclude(ended_at=None).order_by("-ended_at")[:50],
        "here": "members",
    }
    return render(request, "web/settings/members.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def add(request: MemberRequest) -> HttpResponse:
    form = MemberForm(request.POST or None, organisation=request.organisation)
    refusal: Exception | None = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        asked = joining.Invitation(
            given["name"], given["email"], given["unit"], given["kind"], given["until"]
        )
        try:
            added = joining.add(request.organisation, asked, by=request.member, at=timezone.now())
        except (joining.CannotAdd, granting.CannotGrant) as problems:
            refusal = problems
        else:
            messages.success(request, f"{added.name} is a member.")
            return redirect("settings:member", code=added.code)
    context = {"form": form, "refusal": refusal, "here": "members"}
    return render(request, "web/settings/member_add.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def show(request: MemberRequest, code: str) -> HttpResponse:
    """A member's roles, in force and past; a POST grants another."""
    member = get_object_or_404(request.organisation.members.select_related("user"), code=code)
    form = RoleForm(request.POST or None, organisation=request.organisation)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            granting.grant(member, **form.cleaned_data, by=request.member, at=timezone.now())
        except granting.CannotGrant as problems:
            refusal = problems
        else:
            messages.success(request, f"{member.name} has the role from now on.")
            return redirect("settings:member", code=code)
    return _member_page(request, member, form, refusal)


@require_POST
@in_charge
def revoke(request: MemberRequest, code: str, role: int) -> HttpResponse:
    ours = Role.objects.filter(member__organisation=request.organisation, member__code=code)
    found = get_object_or_404(ours.select_related("member__organisation", "unit"), pk=role)
    try:
        granting.revoke(found, by=request.member, at=timezone.now())
    except granting.CannotRevoke as refusal:
        form = RoleForm(organisation=request.organisation)
        return _member_page(request, found.member, form, refusal)
    messages.success(request, f"{found.member.name} has that role no longer.")
    return redirect("settings:member", code=code)


@require_POST
@in_charge
def end(request: MemberRequest, code: str) -> HttpResponse:
    member = get_object_or_404(request.organisation.members, code=code)
    try:
        joining.end(member, by=request.member, at=timezone.now())
    except joining.CannotEnd as refusal:
        return _member_page(request, member, RoleForm(organisation=request.organisation), refusal)
    messages.success(request, f"{member.name} is no longer a member. What they did stays theirs.")
    return redirect("settings:members")


def _member_page(
    request: MemberRequest, member: Member, form: RoleForm, refusal: Exception | None
) -> HttpResponse:
    now = timezone.now()
    roles = member.roles.select_related("unit", "granted_by", "revoked_by").order_by("-granted_at")
    standing = {role.pk for role in Role.objects.in_force(now).filter(member=member)}
    link = ""
    if joining.may_be_given_a_link(member):
        link = settings.STAFF_ADDRESS + first_password_path(member.user)
    context = {
        "who": member,
        "form": form,
        "refusal": refusal,
        "standing": [role for role in roles if role.pk in standing],
        "past": [role for role in roles if role.pk not in standing],
        "has_factor": Authenticator.objects.filter(user=member.user).exists(),
        "link": link,
        "here": "members",
    }
    return render(request, "web/settings/member.html", context)


urlpatterns = [
    path("members/", listing, name="members"),
    path("members/add", add, name="member_add"),
    path("members/<uuid:code>", show, name="member"),
    path("members/<uuid:code>/roles/<int:role>/revoke", revoke, name="role_revoke"),
    path("members/<uuid:code>/end", end, name="member_end"),
]
