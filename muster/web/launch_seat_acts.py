"""What is done to one seat of a launch: held, released, withdrawn, tried again."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from muster.launches import holding, repairing, retrying, standing, withdrawing
from muster.launches.models import Launch
from muster.lib.times import now
from muster.lib.words import counted
from muster.places.models import Place
from muster.web.launch_reach import launch_for, seat_for
from muster.web.launch_seats import KINDS
from muster.web.launch_show import answer
from muster.web.members import MemberRequest, member_may

Act = Callable[[MemberRequest, Launch, Place], str]
Page = Callable[..., HttpResponse]
LONGEST_REASON = 300
REFUSALS = (
    holding.CannotHold,
    holding.StaysHeld,
    repairing.CannotRepair,
    retrying.CannotRetry,
    withdrawing.CannotWithdraw,
)


def kinds_asked(request: MemberRequest) -> list[str] | None:
    """The kinds of the form, or None for everything in the seat."""
    asked = [kind for kind in request.POST.getlist("kind") if kind in KINDS]
    return asked or None


def reason_given(request: MemberRequest) -> str:
    return request.POST.get("reason", "").strip()[:LONGEST_REASON]


def named(place: Place, kinds: list[str] | None) -> str:
    """ "Stroud", "the post in Stroud"."""
    if not kinds:
        return place.name
    return f"the {' and the '.join(KINDS[kind].lower() for kind in kinds)} in {place.name}"


def tried(
    request: MemberRequest, launch: Launch, place: Place, act: Callable[[], str]
) -> HttpResponse:
    try:
        words = act()
    except REFUSALS as refusal:
        return answer(request, launch, status=409, refusal=refusal, asked=place.code)
    toasts.success(request, words[:1].upper() + words[1:])
    return back_to(launch, place)


def back_to(launch: Launch, place: Place) -> HttpResponse:
    """The launch's page, this seat still open."""
    page = reverse("launches:show", args=[launch.pk])
    return redirect(f"{page}?{urlencode({'seat': place.code})}#seat")


def by(permission: str, *, everywhere: bool = False) -> Callable[[Act], Page]:
    """A page that does one thing to one seat of a launch; its words are said."""

    def wrap(act: Act) -> Page:
        @require_POST
        @member_may(permission, everywhere=everywhere)
        @wraps(act)
        def page(request: MemberRequest, id: int, code: str) -> HttpResponse:
            launch = launch_for(request, id)
            place = seat_for(request, launch, code, permission)
            return tried(request, launch, place, lambda: act(request, launch, place))

        return page

    return wrap


@by("hold launches")
def hold(request: MemberRequest, launch: Launch, place: Place) -> str:
    """Hold a seat, or one kind in it: in force on every sender within a second."""
    kinds = kinds_asked(request)
    why = reason_given(request)
    holding.hold(launch, place, kinds, by=request.member, at=now(), reason=why)
    return f"{named(place, kinds)} is held. What has gone out is out."


@by("hold launches")
def let_go(request: MemberRequest, launch: Launch, place: Place) -> str:
    """Release what is held, if it may go by now."""
    kinds = kinds_asked(request)
    holding.let_go(launch, place, kinds, by=request.member, at=now())
    return f"{named(place, kinds)} is released."


@by("hold launches")
def withdraw(request: MemberRequest, launch: Launch, place: Place) -> str:
    """Take it back for good: what is not out never goes, what can be taken down is."""
    kinds = kinds_asked(request)
    done = withdrawing.withdraw(
        launch, place, kinds, by=request.member, at=now(), reason=reason_given(request)
    )
    words = f"{named(place, kinds)} is withdrawn."
    if done.not_recallable:
        had = counted(done.not_recallable, "message", "messages")
        words += f" {had} had arrived and cannot be called back."
    return words


@by("hold launches")
def retry(request: MemberRequest, launch: Launch, place: Place) -> str:
    """Try again what failed; what may have gone out is looked up first, never sent twice."""
    kinds = kinds_asked(request)
    retrying.retry(launch, place, kinds, by=request.member, at=now())
    return f"{named(place, kinds)} is tried again."


@by("prepare launches")
def make_again(request: MemberRequest, launch: Launch, place: Place) -> str:
    """Make a held seat anew after arming: another candidate stands there, or facts changed."""
    repairing.make_again(launch, place, by=request.member, at=now())
    return f"{place.name} is made again. Someone else approves it, then it is sealed again."


@by("arm launches", everywhere=True)
def seal_again(request: MemberRequest, launch: Launch, place: Place) -> str:
    """Take a held seat that was made anew and approved back into the seal; it stays held."""
    repairing.seal_again(launch, place, by=request.member, at=now())
    return f"{place.name} is sealed again. It stays held until it is released."


@require_POST
@member_may("hold launches", everywhere=True)
def retry_all(request: MemberRequest, id: int) -> HttpResponse:
    """Try again whatever failed, in every seat; each refusal is told with its seat."""
    launch = launch_for(request, id)
    tried_again, refused = 0, []
    for seat in standing.standing(launch).seats:
        kinds = [kind for kind, item in seat.items.items() if item.state == "failed"]
        if not kinds:
            continue
        place = Place.objects.get(pk=seat.place_id)
        try:
            retrying.retry(launch, place, kinds, by=request.member, at=now())
            tried_again += 1
        except retrying.CannotRetry as refusal:
            refused.append(f"{place.name}: {' '.join(map(str, refusal.args))}")
    if refused:
        return answer(request, launch, status=409, refusal=retrying.CannotRetry(*refused))
    toasts.success(request, f"{counted(tried_again, 'seat is', 'seats are')} tried again.")
    return redirect("launches:show", launch.pk)
