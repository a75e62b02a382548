"""One message: from its first words to the report, on one page."""

import re
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from muster.audiences.models import Audience
from muster.channels.domains.keeping import offered
from muster.channels.models import SenderIdentity
from muster.content import approving, filling
from muster.content.letterhead import SCHEMES
from muster.content.marking import escape
from muster.content.models import Cut
from muster.lib.times import now
from muster.messaging import drafting, pressing, progress, report
from muster.messaging.estimating import Estimate
from muster.messaging.models import Cap, Message, Plan, Sending
from muster.messaging.rules import Brief, problems_before_pressing
from muster.web import message_live, message_preflight, message_seats
from muster.web.headers import with_pictures
from muster.web.members import MemberRequest, member_may
from muster.web.message_reach import audiences_for, launch_of, message_for, sending_of
from muster.web.message_seats import Seats
from muster.web.message_standing import is_over, is_stopped, standing_of

SHOWN_UNCERTAIN = 100
SHEETS = {"day": "css/letter.css", "night": "css/letter-night.css"}
ESTIMATE_HOLDS_SECONDS = 30
STYLE_SHEET = re.compile("<style[^>]*>.*?</style>", re.DOTALL)


@require_safe
@member_may("see messages")
def show(request: MemberRequest, id: int) -> HttpResponse:
    """The page of a message, whatever state it is in."""
    return answer(request, message_for(request, id))


def answer(
    request: MemberRequest, message: Message, *, status: int = 200, **more: Any
) -> HttpResponse:
    """Draw the page, perhaps with a refusal on it."""
    at = now()
    sending = sending_of(message)
    cuts = cuts_seen(request, message, at)
    whole = request.reach.seats("see messages") is None
    launch = launch_of(message)
    context: dict[str, Any] = {
        "message": message,
        "sending": sending,
        "whole": whole,
        "may_write": request.reach.may_everywhere("write content"),
        "may_approve": request.reach.may_everywhere("approve content"),
        "may_send": request.reach.may_everywhere("send messages") and launch is None,
        "launch": launch,
        "may_see_audiences": request.reach.may("see people"),
        "standing": standing_of(message, sending, at=at),
        "approval": approving.approval_in_force(message.master, at),
        "digest": approving.digest_over(message.master),
        "plan": message.goes_out,
        "outlasts": _outlasts(message),
    }
    if sending is None:
        context |= before(request, message, cuts, whole, at)
    else:
        context |= after(request, sending, cuts)
    context["cells"] = message_seats.cells(message, context["seats"])
    context["map_title"] = f"Seats of {message.master.name} by state"
    context |= chosen_of(request, context["seats"], cuts)
    page = render(request, "web/messages/show.html", context | more, status=status)
    return with_pictures(page)


def cuts_seen(request: MemberRequest, message: Message, at: datetime) -> list[Cut]:
    """The cuts, in step with what they are made from, in the member's seats."""
    seats = request.reach.seats("see messages")
    cuts = drafting.cuts_of(message, at)
    return [cut for cut in cuts if seats is None or cut.place_id in seats]


def before(
    request: MemberRequest, message: Message, cuts: list[Cut], whole: bool, at: datetime
) -> dict[str, Any]:
    """What stands in the way, who would be asked, who may approve."""
    seats = message_seats.before_the_press(cuts)
    estimate = estimate_lately(message, at) if whole else None
    brief = pressing.brief_of(message, cuts, at) if whole else None
    return {
        "seats": seats,
        "cap": Cap.objects.filter(organisation=message.organisation).first(),
        "refused_plan": None if message.goes_out else _refused_plan(message),
        "estimate": estimate,
        "audiences": _choices(request, message),
        "senders": _senders(request, message),
        "left_out_total": sum(estimate.left_out.values()) if estimate else 0,
        "other_problems": other_problems(message, seats, brief) if brief else [],
    } | (message_preflight.panel(request, message, at, brief) if brief else {})


def _outlasts(message: Message) -> bool:
    """Is it planned for a time when its approval will have run out?"""
    plan = message.goes_out
    return plan is not None and not approving.approval_in_force(message.master, plan.goes_at)


def _refused_plan(message: Message) -> Plan | None:
    """The last plan, if what it was for could not be done."""
    last = message.plans.order_by("-pk").first()
    return last if last is not None and last.problem else None


def _choices(request: MemberRequest, message: Message) -> list[Audience]:
    """The audiences it may be narrowed to, and the one it has; none once a launch is armed."""
    if not request.reach.may_everywhere("write content"):
        return []
    if message.sendings.in_earnest().exists():
        return []
    found = list(audiences_for(request).order_by("name"))
    has = message.audience
    return [has, *found] if has is not None and has not in found else found


def _senders(request: MemberRequest, message: Message) -> list[SenderIdentity]:
    """The senders it may come from; none where nothing is to be chosen any more."""
    if not request.reach.may_everywhere("write content"):
        return []
    if message.sendings.in_earnest().exists():
        return []
    return offered(request.organisation, request.reach)


def estimate_lately(message: Message, at: datetime) -> Estimate:
    """Who would be asked, at most half a minute old: everyone is asked about again at the press."""
    whom = (message.audience_id, message.audience.version) if message.audience else ""
    said = f"{message.is_urgent}:{whom}:{approving.digest_over(message.master)}"
    key = f"estimate:{message.pk}:{said}".replace(" ", "")
    known = cache.get(key)
    if isinstance(known, Estimate):
        return known
    found = pressing.estimate(message, at)
    cache.set(key, found, ESTIMATE_HOLDS_SECONDS)
    return found


def other_problems(message: Message, seats: Seats, brief: Brief) -> list[str]:
    """What the press would refuse that no cut is to blame for; approval has its own place."""
    said = {problem.rstrip(".") for problem in seats.problems}
    return [
        problem
        for problem in problems_before_pressing(brief)
        if problem.rstrip(".") not in said
        and "approve" not in problem
        and not message.goes_with_launch
    ]


def after(request: MemberRequest, sending: Sending, cuts: list[Cut]) -> dict[str, Any]:
    """How it goes, or how it went."""
    within = request.reach.seats("see messages")
    numbers = report.by_seat(sending, progress.progress(sending), within)
    live = message_live.figures(sending, request)
    failed = report.reasons(sending, report.State.FAILED, within) if live["failed"] else []
    context = {
        "seats": message_seats.after_the_press(
            cuts, numbers, is_over=is_over(sending), is_stopped=is_stopped(sending)
        ),
        "live": live,
        "drawn": message_live.drawn(live),
        "live_address": message_live.address_for(sending, watcher=request.member, at=now())
        if within is None
        else "",
        "failures": failed,
        "left_out": report.left_out(sending) if within is None else _left_out(sending, within),
        "sign_ups": sum(seat.sign_ups for seat in numbers),
    }
    context |= message_live.flow_of(sending, request)
    if live["uncertain"] and request.reach.may("see people"):
        people = request.reach.seats("see people")
        context["may_settle"] = request.reach.may_everywhere("send messages")
        context["uncertain"] = report.uncertain(sending, people, SHOWN_UNCERTAIN)
    return context


def _left_out(sending: Sending, within: frozenset[int]) -> list[report.Reason]:
    return report.reasons(sending, report.State.LEFT_OUT, within)


def chosen_of(request: MemberRequest, seats: Seats, cuts: list[Cut]) -> dict[str, Any]:
    """The seat in the panel: the one asked for, else the first that waits, else the first."""
    asked = request.GET.get("seat", "")
    waiting = [seat for seat in seats.all if seat.state == "waiting"]
    by_code = [seat for seat in seats.all if seat.code == asked]
    chosen = next(iter([*by_code, *waiting, *seats.all]), None)
    if chosen is None:
        return {}
    cut = next(cut for cut in cuts if cut.place and cut.place.code == chosen.code)
    return {"seat": chosen} | preview_of(cut)


def preview_of(
    cut: Cut, first_name: str = filling.SAMPLE["first_name"], look: str = "day"
) -> dict[str, str]:
    """A cut's words as someone of this name would read them, by day or by night.

    Our content policy holds inside the frame too, where a style block would be refused: the same
    rules come from a file.
    """
    html = STYLE_SHEET.sub("", filling.sampled(cut.html, escape(first_name)))
    sheet = f'<link rel="stylesheet" href="{static(SHEETS[look])}">'
    return {
        "subject": filling.sampled(cut.subject, first_name),
        "text": filling.sampled(cut.text, first_name),
        "html": html.replace(SCHEMES, "").replace("</head>", f"{sheet}</head>", 1),
    }


@require_safe
@member_may("see messages")
def seat(request: MemberRequest, id: int, code: str) -> HttpResponse:
    """One seat's panel, for the map and the table to open."""
    message = message_for(request, id)
    sending = sending_of(message)
    cuts = [
        cut for cut in cuts_seen(request, message, now()) if cut.place and cut.place.code == code
    ]
    if not cuts:
        raise Http404
    if not request.htmx:  # type: ignore[attr-defined]
        return render(request, "web/messages/seat.html", _seat(request, message, sending, cuts))
    return render(request, "web/messages/_seat.html", _seat(request, message, sending, cuts))


def _seat(
    request: MemberRequest, message: Message, sending: Sending | None, cuts: list[Cut]
) -> dict[str, Any]:
    if sending is None:
        seats = message_seats.before_the_press(cuts)
    else:
        place_id = cuts[0].place_id or 0
        numbers = report.by_seat(sending, progress.progress(sending), [place_id])
        seats = message_seats.after_the_press(
            cuts, numbers, is_over=is_over(sending), is_stopped=is_stopped(sending)
        )
    back = reverse("messages:show", args=[message.pk])
    return {"message": message, "seat": seats.all[0], "back": back} | preview_of(cuts[0])
