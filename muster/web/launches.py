"""Go: the launches, and every address beneath them."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from muster.lib.times import now
from muster.web import launch_acts, launch_live, launch_new, launch_seat_acts, launch_show
from muster.web.launch_lines import line_of
from muster.web.launch_reach import May, launches_for
from muster.web.members import MemberRequest, member_may

app_name = "launches"
SHOWN = 6  # each is looked at whole


@require_safe
@member_may("see launches")
def listing(request: MemberRequest) -> HttpResponse:
    at = now()
    launches = launches_for(request)
    shown = launches.filter(put_away_at=None)
    page = Paginator(shown, SHOWN).get_page(request.GET.get("page"))
    lines = [line_of(request, launch, at) for launch in page]
    return render(
        request,
        "web/launches/list.html",
        {
            "lines": lines,
            "page": page,
            "live": [line for line in lines if line.stands.state in ("going", "stopped")],
            "armed": [line for line in lines if line.stands.state == "armed"],
            "blocked": [line for line in lines if not line.problems.is_ready],
            "put_away": launches.exclude(put_away_at=None),
            "may": May.of(request.reach),
        },
    )


urlpatterns = [
    path("", listing, name="list"),
    path("new", launch_new.make, name="make"),
    path("<int:id>/", launch_show.show, name="show"),
    path("<int:id>/stage", launch_acts.stage, name="stage"),
    path("<int:id>/renew", launch_acts.renew, name="renew"),
    path("<int:id>/rehearse", launch_acts.rehearse, name="rehearse"),
    path("<int:id>/arm", launch_acts.arm, name="arm"),
    path("<int:id>/disarm", launch_acts.disarm, name="disarm"),
    path("<int:id>/press", launch_acts.press, name="press"),
    path("<int:id>/stop", launch_acts.stop, name="stop"),
    path("<int:id>/go-on", launch_acts.go_on, name="go_on"),
    path("<int:id>/put-away", launch_acts.put_away, name="put_away"),
    path("<int:id>/take-out", launch_acts.take_out, name="take_out"),
    path("<int:id>/name", launch_acts.rename, name="rename"),
    path("<int:id>/retry", launch_seat_acts.retry_all, name="retry_all"),
    path("<int:id>/live", launch_live.live, name="live"),
    path("<int:id>/ticket", launch_live.ticket, name="ticket"),
    path("<int:id>/seats.csv", launch_live.seats_csv, name="seats_csv"),
    path("<int:id>/seats/<slug:code>", launch_show.seat, name="seat"),
    path("<int:id>/seats/<slug:code>/hold", launch_seat_acts.hold, name="hold"),
    path("<int:id>/seats/<slug:code>/release", launch_seat_acts.let_go, name="let_go"),
    path("<int:id>/seats/<slug:code>/withdraw", launch_seat_acts.withdraw, name="withdraw"),
    path("<int:id>/seats/<slug:code>/again", launch_seat_acts.make_again, name="make_again"),
    path("<int:id>/seats/<slug:code>/seal", launch_seat_acts.seal_again, name="seal_again"),
    path("<int:id>/seats/<slug:code>/retry", launch_seat_acts.retry, name="retry"),
]
