"""Coming in: demonstration links, the second factor everyone needs, and changing organisation."""

from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.organisations import signing_in
from muster.organisations.models import Member
from muster.web.loopback import is_from_this_machine
from muster.web.members import MemberRequest, any_member

BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, key: str) -> HttpResponse:
    """A demonstration's way in. Looking at it spends nothing; pressing its button does."""
    if not is_from_this_machine(request):
        return render(request, "web/signin/link_elsewhere.html", status=403)
    if request.method != "POST":
        is_good = signing_in.is_good(key, at=timezone.now())
        context = {"is_good": is_good}
        return render(request, "web/signin/enter.html", context, status=200 if is_good else 410)
    try:
        member = signing_in.sign_in_by(key, at=timezone.now())
    except signing_in.LinkIsSpent:
        return render(request, "web/signin/enter.html", {"is_good": False}, status=410)
    login(request, member.user, backend=BACKEND)
    request.session["member"] = member.pk
    request.session["came_by_link"] = True
    return redirect("today")


@require_safe
@login_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """Where a member without a second factor is led before any page with data (SEC-1)."""
    return render(request, "web/signin/second_factor.html")


@require_POST
@any_member
def switch(request: MemberRequest) -> HttpResponse:
    """Work for another organisation one belongs to."""
    asked = request.POST.get("member", "")
    mine = Member.objects.filter(user=request.member.user, ended_at=None)
    chosen = get_object_or_404(mine, pk=int(asked) if asked.isdecimal() else 0)
    request.session["member"] = chosen.pk
    return redirect("today")


urlpatterns = [
    path("enter/<str:key>", enter, name="enter"),
    path("second-factor", second_factor, name="second_factor"),
    path("switch", switch, name="switch"),
]
