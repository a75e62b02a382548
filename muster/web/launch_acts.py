"""What is done to a launch: staged, rehearsed, armed, pressed, held, stopped."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from muster.launches import (
    arming,
    drafting,
    going,
    permitting,
    putting_away,
    readiness,
    rehearsing,
    staging,
    standing,
    stopping,
)
from muster.launches.models import Launch
from muster.lib.times import now
from muster.lib.words import counted
from muster.web import launch_proof, launch_standing
from muster.web.launch_reach import launch_for, may_stop
from muster.web.launch_show import answer
from muster.web.members import MemberRequest, member_may

Act = Callable[[MemberRequest, Launch], str]
Page = Callable[..., HttpResponse]
REFUSALS = (
    staging.CannotStage,
    rehearsing.CannotRehearse,
    arming.CannotArm,
    going.CannotGo,
    stopping.CannotGoOn,
    stopping.CannotStop,
    putting_away.CannotPutAway,
)


def tried(request: MemberRequest, launch: Launch, act: Callable[[], str]) -> HttpResponse:
    """Do it and say so, or draw the page again with the refusal on it."""
    try:
        words = act()
    except REFUSALS as refusal:
        return answer(request, launch, status=409, refusal=refusal)
    if words:
        toasts.success(request, words)
    return redirect("launches:show", launch.pk)


def by(permission: str) -> Callable[[Act], Page]:
    """A page that does one thing to a launch, for who may do so everywhere; its words are said."""

    def wrap(act: Act) -> Page:
        @require_POST
        @member_may(permission, everywhere=True)
        @wraps(act)
        def page(request: MemberRequest, id: int) -> HttpResponse:
            launch = launch_for(request, id)
            return tried(request, launch, lambda: act(request, launch))

        return page

    return wrap


@by("prepare launches")
def stage(request: MemberRequest, launch: Launch) -> str:
    """Hand everything to its networks, where it lies ready and unseen."""
    staging.stage(launch, by=request.member, at=now())
    return "It is being staged. Ads are reviewed meanwhile; nobody sees anything yet."


@require_POST
@member_may("prepare launches", everywhere=True)
def renew(request: MemberRequest, id: int) -> HttpResponse:
    """Make again what candidates or results have changed since; approvals of it lapse."""
    launch = launch_for(request, id)
    if permitting.armings_in_force(launch):
        toasts.warning(request, "It is armed as it stands. Disarm it first, then make it again.")
        return redirect("launches:show", id)
    drafting.renew(launch, now())
    toasts.success(request, "Everything is in step. What changed waits for approval again.")
    return redirect("launches:show", id)


@by("prepare launches")
def rehearse(request: MemberRequest, launch: Launch) -> str:
    """Walk the whole path into a sink of our own: nothing leaves."""
    most = request.POST.get("per_seat", "")
    per_seat = int(most) if most.isascii() and most.isdigit() and 0 < int(most) < 10_000 else None
    rehearsing.rehearse(launch, by=request.member, at=now(), per_seat=per_seat)
    return "The rehearsal runs. Nothing leaves this machine."


@require_POST
@member_may("arm launches", everywhere=True)
def arm(request: MemberRequest, id: int) -> HttpResponse:
    """Arm it, with a second factor given within five minutes. The second member's arming seals."""
    launch, at = launch_for(request, id), now()
    proved = launch_proof.proved_at(request, at)
    if proved is None or not launch_proof.is_fresh(proved, at):
        back = f"{reverse('launches:show', args=[id])}#arm"
        return redirect(launch_proof.ask_again(request, back))

    def act() -> str:
        arming.arm(launch, by=request.member, at=at, proved_at=proved)
        return ""

    return tried(request, launch, act)


@by("arm launches")
def disarm(request: MemberRequest, launch: Launch) -> str:
    """Take the arming back: nothing can go until two members arm it again."""
    why = request.POST.get("reason", "").strip()[:300]
    arming.disarm(launch, by=request.member, at=now(), reason=why)
    return "It is disarmed. Nothing can go out until two members arm it again."


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("arm launches", everywhere=True)
def press(request: MemberRequest, id: int) -> HttpResponse:
    """Ask once more, where no script holds the button; then go. Pressing twice is pressing once."""
    launch = launch_for(request, id)
    if request.method != "POST":
        if launch.went_at is not None:
            return redirect("launches:show", id)
        stands = standing.standing(launch)
        context = {
            "launch": launch,
            "stands": stands,
            "going": launch_standing.going_out(stands),
            "ready": readiness.problems(launch, now()),
        }
        return render(request, "web/launches/press.html", context)

    def act() -> str:
        going.go(launch, by=request.member, at=now())
        return ""

    return tried(request, launch, act)


@require_POST
@member_may("see launches")
def stop(request: MemberRequest, id: int) -> HttpResponse:
    """Stop every sender and every account, within a second."""
    launch = launch_for(request, id)
    if not may_stop(request.reach):
        return render(request, "refused.html", {"permission": "hold launches"}, status=403)

    def act() -> str:
        stopping.stop_all(launch, by=request.member, at=now())
        return ""

    return tried(request, launch, act)


@by("arm launches")
def go_on(request: MemberRequest, launch: Launch) -> str:
    """Go on where it was stopped; what no longer may go is held, with its reason."""
    held = stopping.go_on(launch, by=request.member, at=now())
    if not held:
        return "It goes on."
    return f"It goes on; {counted(held, 'item is', 'items are')} held, each with its reason."


@by("prepare launches")
def put_away(request: MemberRequest, launch: Launch) -> str:
    """Off the lists: a draft that was given up, or a launch that is over."""
    why = request.POST.get("reason", "").strip()[:300]
    putting_away.put_away(launch, by=request.member, at=now(), reason=why)
    return "It is put away. Find it at the foot of the list, and take it out again any time."


@by("prepare launches")
def take_out(request: MemberRequest, launch: Launch) -> str:
    """Back onto the lists."""
    putting_away.take_out(launch, by=request.member, at=now())
    return "It is back on the list."


@by("prepare launches")
def rename(request: MemberRequest, launch: Launch) -> str:
    """Another name to find it by."""
    putting_away.rename(launch, request.POST.get("name", ""), by=request.member, at=now())
    return ""
