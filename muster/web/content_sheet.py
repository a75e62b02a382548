"""The contact sheet: every seat's cut side by side, so that the odd one out is seen."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from muster.lib.times import now
from muster.web import content_seats
from muster.web.content_previews import Previews, previews_of
from muster.web.content_reach import SEES, longest_and_shortest, master_for
from muster.web.content_show import common
from muster.web.members import MemberRequest, member_may


@require_safe
@member_may(SEES)
def show(request: MemberRequest, id: int) -> HttpResponse:
    """All seats of a master; `?size=story` for the tall cards, `?wrong=1` for problems only."""
    master = master_for(request, id)
    seats = content_seats.seats_of(master, request.reach, now())
    wrong = [seat for seat in seats if seat.problems]
    only_wrong = request.GET.get("wrong") == "1"
    size = "story" if request.GET.get("size") == "story" else "square"
    shown: list[tuple[content_seats.SeatCuts, Previews]] = [
        (seat, previews_of(request.organisation, seat.place, seat.cuts))
        for seat in (wrong if only_wrong else seats)
    ]
    context = common(request, master) | {
        "seats": seats,
        "wrong": wrong,
        "shown": shown,
        "only_wrong": only_wrong,
        "size": size,
        "extremes": longest_and_shortest([seat.place for seat in seats]),
    }
    return render(request, "web/content/sheet.html", context)
