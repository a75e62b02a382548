"""Settings: whether opens are counted at all, of those alone who agree to it (PECR-6)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from muster.lib.times import now
from muster.messaging.models import OpenCount
from muster.messaging.opens import counting
from muster.web.members import MemberRequest, member_may


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("change settings", everywhere=True)
def opens(request: MemberRequest) -> HttpResponse:
    """Off until somebody turns it on; then people are asked, each for themselves."""
    refusal = ""
    if request.method == "POST":
        try:
            _turn(request)
            return redirect("settings:opens")
        except counting.CannotCount as why:
            refusal = str(why)
    ours = OpenCount.objects.filter(organisation=request.organisation)
    context = {
        "count": ours.select_related("wording", "by").first(),
        "agreed": counting.how_many_agreed(request.organisation),
        "refusal": refusal,
        "here": "email",
    }
    return render(request, "web/settings/opens.html", context, status=422 if refusal else 200)


def _turn(request: MemberRequest) -> None:
    """Raises `CannotCount`."""
    if "on" in request.POST:
        counting.turn_on(request.organisation, by=request.member, at=now())
        messages.success(request, "Opens are counted, of those who agree on their own page.")
    else:
        counting.turn_off(request.organisation, by=request.member, at=now())
        messages.success(request, "No opens are counted, from this moment.")


urlpatterns = [path("opens", opens, name="opens")]
