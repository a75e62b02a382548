"""Messages: the list of them, and every address beneath it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from muster.lib.times import now
from muster.web import (
    message_acts,
    message_live,
    message_preflight,
    message_show,
    message_test,
    message_timing,
    message_uncertain,
    message_words,
)
from muster.web.members import MemberRequest, member_may
from muster.web.message_reach import messages_for, sending_of
from muster.web.message_standing import standing_of

app_name = "messages"
SHOWN = 100


@require_safe
@member_may("see messages")
def listing(request: MemberRequest) -> HttpResponse:
    found = messages_for(request).order_by("-made_at")[:SHOWN]
    lines = [(message, standing_of(message, sending_of(message), at=now())) for message in found]
    return render(
        request,
        "web/messages/list.html",
        {
            "lines": lines,
            "live": [message for message, standing in lines if standing.state == "live"],
            "may_write": request.reach.may_everywhere("write content"),
        },
    )


urlpatterns = [
    path("", listing, name="list"),
    path("write", message_words.write, name="write"),
    path("preview", message_words.preview, name="preview"),
    path("<int:id>/", message_show.show, name="show"),
    path("<int:id>/words", message_words.change, name="words"),
    path("<int:id>/test", message_test.show, name="test"),
    path("<int:id>/seeds", message_test.seeds, name="seeds"),
    path("<int:id>/seats/<slug:code>", message_show.seat, name="seat"),
    path("<int:id>/approve", message_acts.approve, name="approve"),
    path("<int:id>/withdraw", message_acts.withdraw, name="withdraw"),
    path("<int:id>/whom", message_acts.whom, name="whom"),
    path("<int:id>/preflight", message_preflight.show, name="preflight"),
    path("<int:id>/sender", message_acts.speak, name="sender"),
    path("<int:id>/press", message_timing.press, name="press"),
    path("<int:id>/call-off", message_timing.call_off, name="call_off"),
    path("<int:id>/urgent", message_timing.urgent, name="urgent"),
    path("<int:id>/rest", message_timing.rest, name="rest"),
    path("<int:id>/hold-rest", message_timing.hold_rest, name="hold_rest"),
    path("<int:id>/leave-out", message_timing.give_up, name="give_up"),
    path("<int:id>/stop", message_acts.stop, name="stop"),
    path("<int:id>/go-on", message_acts.go_on, name="go_on"),
    path("<int:id>/uncertain/<uuid:code>", message_uncertain.resolve, name="resolve"),
    path("<int:id>/live", message_live.live, name="live"),
    path("<int:id>/flow", message_live.flow, name="flow"),
    path("<int:id>/ticket", message_live.ticket, name="ticket"),
    path("<int:id>/seats.csv", message_live.seats_csv, name="seats_csv"),
]
