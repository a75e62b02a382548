"""Who is asking: the member behind each request, and what they may do."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from muster.organisations.models import Member, Organisation
from muster.organisations.rules import ALL
from muster.places.scope import Reach, reach_of

P = ParamSpec("P")


class MemberRequest(HttpRequest):
    """A request whose member is known."""

    member: Member
    organisation: Organisation
    reach: Reach


class MemberMiddleware:
    """Find the member of the signed-in user; pages without one are refused by `member_may`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            memberships = Member.objects.select_related("organisation").filter(
                user=request.user, ended_at=None
            )
            member = memberships.filter(id=request.session.get("member", 0)).first()
            member = member or memberships.order_by("id").first()
            if member:
                request.member = member  # type: ignore[attr-defined]
                request.organisation = member.organisation  # type: ignore[attr-defined]
                request.reach = reach_of(member, at=timezone.now())  # type: ignore[attr-defined]
        return self.get_response(request)


Page = Callable[Concatenate[MemberRequest, P], HttpResponse]


def member_may(permission: str) -> Callable[[Page[P]], Callable[..., HttpResponse]]:
    """Let only members with this permission in. `page.permission` lets tests find it.

    What they see inside is narrowed by `request.reach`: pages begin every query with it.
    """
    assert permission in ALL, permission

    def wrap(page: Page[P]) -> Callable[..., HttpResponse]:
        @wraps(page)
        @login_required
        def asked(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            reach = getattr(request, "reach", None)
            if reach is None or not reach.may(permission):
                return render(request, "refused.html", {"permission": permission}, status=403)
            return page(request, *args, **kwargs)

        asked.permission = permission  # type: ignore[attr-defined]
        return asked

    return wrap


def frame(request: HttpRequest) -> dict[str, Any]:
    """What every staff page's frame needs."""
    return {
        "member": getattr(request, "member", None),
        "organisation": getattr(request, "organisation", None),
        "reach": getattr(request, "reach", None),
    }
