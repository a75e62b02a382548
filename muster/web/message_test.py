"""Sending a test of a message: to oneself, and to the seed list."""

from typing import Any

from django.contrib import messages as toasts
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from muster.lib.times import now
from muster.messaging import drafting, trying
from muster.messaging.models import Message, Seed
from muster.web.members import MemberRequest, member_may
from muster.web.message_reach import message_for


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("write content", everywhere=True)
def show(request: MemberRequest, id: int) -> HttpResponse:
    """Choose a seat, send its e-mail to oneself, and see what became of the last tests."""
    message = message_for(request, id)
    if request.method != "POST":
        return _answer(request, message)
    places = {place.code: place for place in drafting.places_of(message) if place}
    place = places.get(request.POST.get("seat", ""))
    if place is None:
        raise Http404
    seeds = request.POST.get("seeds") == "on"
    try:
        trying.try_out(message, place, by=request.member, at=now(), seeds=seeds)
    except trying.CannotTry as refusal:
        return _answer(request, message, status=409, refusal=refusal, seat=place.code)
    return redirect("messages:test", id)


@require_POST
@member_may("change settings", everywhere=True)
def seeds(request: MemberRequest, id: int) -> HttpResponse:
    """Keep the organisation's seed list. Nothing typed is lost when it is refused."""
    message = message_for(request, id)
    typed = request.POST.get("addresses", "")
    try:
        trying.keep_seeds(request.organisation, typed, by=request.member, at=now())
    except trying.CannotKeepSeeds as refusal:
        return _answer(request, message, status=409, refusal=refusal, typed=typed)
    toasts.success(request, "The seed list is kept.")
    return redirect("messages:test", id)


def _answer(
    request: MemberRequest, message: Message, *, status: int = 200, **more: Any
) -> HttpResponse:
    kept = list(Seed.objects.filter(organisation=request.organisation).order_by("address"))
    context = {
        "message": message,
        "places": [place for place in drafting.places_of(message) if place],
        "trials": trying.lately(message, request.member),
        "seeds": kept,
        "typed": "\n".join(seed.address for seed in kept),
        "may_keep": request.reach.may_everywhere("change settings"),
    }
    return render(request, "web/messages/test.html", context | more, status=status)
