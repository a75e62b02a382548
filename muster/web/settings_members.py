"""Settings: who belongs, what they may do, who gave them that, why and until when."""

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from muster.organisations import asking, expiring, inviting
from muster.organisations.models import Member, Role
from muster.web import settings_member
from muster.web.members import MemberRequest
from muster.web.settings_reach import gives_access, is_whole, members, units

SHOWN = 50


@require_safe
@gives_access
def listing(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    theirs = members(request)
    rows = list(_with_roles(request, theirs.filter(ended_at=None)))
    context = {
        "members": rows,
        "bare": [m for m in rows if not m.has_factor],  # type: ignore[attr-defined]
        "ended": theirs.exclude(ended_at=None).order_by("-ended_at")[:SHOWN],
        "invited": inviting.in_charge_of(request.member, at=now).order_by("good_until"),
        "ending": expiring.soon(request.member, at=now),
        "asked": asking.waiting(request.organisation) if is_whole(request) else [],
        "is_whole": is_whole(request),
        "units": units(request).count(),
        "now": now,
        "here": "members",
    }
    return render(request, "web/settings/members.html", context)


def _with_roles(request: MemberRequest, theirs: QuerySet[Member]) -> QuerySet[Member]:
    """Their roles in force, as far as they lie in units of whoever asks."""
    standing = Role.objects.in_force(timezone.now()).filter(unit__in=units(request).values("pk"))
    return (
        theirs.annotate(has_factor=Exists(Authenticator.objects.filter(user=OuterRef("user"))))
        .prefetch_related(Prefetch("roles", standing.select_related("unit"), to_attr="standing"))
        .order_by("name")
    )


urlpatterns = [path("members/", listing, name="members"), *settings_member.urlpatterns]
