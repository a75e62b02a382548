"""Who is asking: the member behind each request, and what they may do."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from muster.organisations.models import Member, Organisation
from muster.organisations.rules import ALL
from muster.organisations.scoping import acting_for, streamed
from muster.places.scope import Reach, reach_of

P = ParamSpec("P")
ANY_MEMBER = "any member"


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
        member = _member_of(request) if request.user.is_authenticated else None
        if member is None:
            return self.get_response(request)
        request.member = member  # type: ignore[attr-defined]
        request.organisation = member.organisation  # type: ignore[attr-defined]
        request.reach = reach = reach_of(member, at=timezone.now())  # type: ignore[attr-defined]
        timezone.activate(member.organisation.time_zone)
        try:
            with acting_for(member.organisation_id, reach.every_seat()):
                return _whole(self.get_response(request))
        finally:
            timezone.deactivate()


def _whole(answer: HttpResponse) -> HttpResponse:
    """An answer whose lines are still to be read sees what its page saw."""
    if isinstance(answer, StreamingHttpResponse) and not isinstance(answer, FileResponse):
        answer.streaming_content = streamed(answer.streaming_content)
    return answer


def _member_of(request: HttpRequest) -> Member | None:
    """The membership they chose for this session, or else their oldest.

    Someone let in by a demonstration's link gave no second factor: demonstrations only (SEC-1).
    """
    memberships = Member.objects.select_related("organisation").filter(
        user__id=request.user.pk or 0, ended_at=None
    )
    if request.session.get("came_by_link"):
        memberships = memberships.filter(organisation__is_demonstration=True)
    chosen = memberships.filter(id=request.session.get("member", 0)).first()
    return chosen or memberships.order_by("id").first()


Page = Callable[Concatenate[MemberRequest, P], HttpResponse]
Guarded = Callable[..., HttpResponse]


def member_may(permission: str, *, everywhere: bool = False) -> Callable[[Page[P]], Guarded]:
    """Let only members with this permission in. `page.permission` lets tests find it.

    What they see inside is narrowed by `request.reach`: pages begin every query with it. With
    `everywhere`, it takes a role in head office: for what concerns the whole organisation.
    """
    assert permission in ALL, permission
    return _guard(permission, everywhere)


def any_member(page: Page[P]) -> Guarded:
    """Let every member of an organisation in, whatever their roles."""
    return _guard(ANY_MEMBER)(page)


def _guard(permission: str, everywhere: bool = False) -> Callable[[Page[P]], Guarded]:
    def wrap(page: Page[P]) -> Guarded:
        @wraps(page)
        @login_required
        def asked(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            reach: Reach | None = getattr(request, "reach", None)
            if reach is None or not _is_allowed(reach, permission, everywhere):
                return render(request, "refused.html", {"permission": permission}, status=403)
            if not is_second_factor_settled(request):
                return redirect("second_factor")
            return page(request, *args, **kwargs)

        asked.permission = permission  # type: ignore[attr-defined]
        return asked

    return wrap


def _is_allowed(reach: Reach, permission: str, everywhere: bool) -> bool:
    if permission == ANY_MEMBER:
        return True
    return reach.may_everywhere(permission) if everywhere else reach.may(permission)


def is_second_factor_settled(request: MemberRequest) -> bool:
    """No data without a second factor (SEC-1); a demonstration holds nobody's data."""
    return request.organisation.is_demonstration or bool(is_mfa_enabled(request.user))
