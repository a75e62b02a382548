"""The figures of a press while it runs and after: for the page, for its script, as a file."""

import csv
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from muster.lib import tickets
from muster.lib.times import now
from muster.lib.words import how_long
from muster.messaging import progress, report
from muster.messaging.blocking import finding as blocking
from muster.messaging.live import deeds, sampling
from muster.messaging.live.sampling import Rate
from muster.messaging.models import Sending
from muster.messaging.news import reviewing
from muster.messaging.opens.figures import figures_of
from muster.messaging.pace import slowness
from muster.messaging.progress import Progress
from muster.organisations.models import Member
from muster.web.members import MemberRequest, member_may
from muster.web.message_reach import message_for, sending_of

COLUMNS = (
    "seat_code",
    "seat",
    "audience",
    "delivered",
    "failed",
    "left_out",
    "uncertain",
    "waiting",
    "sign_ups",
)


def sending_for(request: MemberRequest, id: int) -> Sending:
    sending = sending_of(message_for(request, id))
    if sending is None:
        raise Http404
    return sending


def figures(sending: Sending, request: MemberRequest) -> dict[str, Any]:
    """All counters, or those of the member's seats: they add up to `audience` either way."""
    stands = progress.progress(sending)
    seats = request.reach.seats("see messages")
    return stands.as_json() if seats is None else narrowed(sending, stands, seats)


def narrowed(sending: Sending, stands: Progress, seats: frozenset[int]) -> dict[str, Any]:
    """The counters of some seats only, in the shape of the whole; the clocks are head office's."""
    numbers = report.by_seat(sending, stands, seats)
    codes = {seat.code for seat in numbers}
    waiting = sum(seat.waiting for seat in numbers)
    audience = sum(seat.audience for seat in numbers)
    left_out = report.reasons(sending, report.State.LEFT_OUT, seats)
    known = stands.as_json()
    return known | {
        "audience": audience,
        "delivered": sum(seat.delivered for seat in numbers),
        "came_back": report.came_back(sending, seats),
        "failed": sum(seat.failed for seat in numbers),
        "left_out": {reason.words: reason.people for reason in left_out},
        "left_out_total": sum(seat.left_out for seat in numbers),
        "uncertain": sum(seat.uncertain for seat in numbers),
        "waiting": waiting,
        "done": audience - waiting,
        "claimed": 0,
        "put_off": {},
        "put_off_total": 0,
        "queued": waiting,
        "later": 0,
        "per_second": 0,
        "first_s": None,
        "median_s": None,
        "last_s": None,
        "seats": {code: seat for code, seat in known["seats"].items() if code in codes},
    }


def drawn(figures: dict[str, Any]) -> dict[str, Any]:
    """The same with what a template cannot reckon: shares in per cent, clocks as they tick."""
    audience = figures["audience"] or 1
    ends = {name: figures[name] for name in ("delivered", "failed", "uncertain")}
    ends["left_out"] = figures["left_out_total"]
    ends |= {"claimed": figures["claimed"], "put_off": figures["put_off_total"]}
    clocks = {name: clock(figures[f"{name}_s"]) for name in ("first", "median", "last")}
    shares = {name: f"{100 * people / audience:.2f}" for name, people in ends.items()}
    return figures | {"shares": shares, "clocks": clocks, "reached": in_words(figures["last_s"])}


def clock(seconds: float | None) -> str:
    """Minutes, seconds and tenths.

    >>> clock(63.25), clock(None)
    ('01:03.2', '–')
    """
    return "–" if seconds is None else f"{int(seconds // 60):02}:{seconds % 60:04.1f}"


def in_words(seconds: float | None) -> str:
    """How long it took, for a sentence.

    >>> in_words(3.31), in_words(130), in_words(None)
    ('3.3 seconds', '2 minutes', '')
    """
    if seconds is None:
        return ""
    return f"{seconds:.1f} seconds" if seconds < 60 else how_long(timedelta(seconds=seconds))


@require_safe
@member_may("see messages")
def live(request: MemberRequest, id: int) -> JsonResponse:
    """The counters now: asked every two seconds where live events do not come through."""
    return JsonResponse(figures(sending_for(request, id), request))


@require_safe
@member_may("see messages")
def ticket(request: MemberRequest, id: int) -> JsonResponse:
    """Where to listen for live events. Who sees only some seats asks for counters instead."""
    sending = sending_for(request, id)
    if request.reach.seats("see messages") is not None:
        return JsonResponse({"address": ""})
    return JsonResponse({"address": address_for(sending, watcher=request.member, at=now())})


def address_for(sending: Sending, *, watcher: Member, at: datetime) -> str:
    """The public app's address of a sending's live events, good for some minutes."""
    made = tickets.make(
        "progress", sending.pk, sending.organisation_id, None, at=at, member_id=watcher.pk
    )
    return f"{settings.PUBLIC_ADDRESS}/live/{made}"


@require_safe
@member_may("see messages")
def flow(request: MemberRequest, id: int) -> HttpResponse:
    """How quickly it goes, what was put off and why, what people did: asked every ten seconds."""
    message = message_for(request, id)
    context = flow_of(sending_for(request, id), request) | {"message": message}
    return render(request, "web/messages/_flow.html", context)


def flow_of(sending: Sending, request: MemberRequest) -> dict[str, Any]:
    """The same for the page itself. Pace and reasons of all are head office's."""
    at = now()
    within = request.reach.seats("see messages")
    stands = progress.progress(sending)
    is_whole = within is None
    rate = sampling.rate_of(sending, stands.delivered, at) if is_whole else None
    return {
        "sending": sending,
        "stands": stands,
        "whole": is_whole,
        "rate": rate,
        "left": _time_left(sending, stands, rate, at) if is_whole else "",
        "next_try": report.next_look(sending) if stands.put_off else None,
        "deeds": deeds.deeds_of(sending, within),
        "told": figures_of(sending, within),
        "account_name": sending.message.account.name,
        "refusals": blocking.refusals_of(sending.message.account, at) if is_whole else [],
        "of_service": reviewing.of_sending(
            sending, handed_over=stands.delivered, came_back=stands.came_back
        )
        if is_whole
        else None,
        "slow": slowness.words_of(sending, at) if is_whole else [],
        "is_running": sending.state in (Sending.State.RELEASING, Sending.State.LAYING_OUT),
    }


def _time_left(sending: Sending, stands: Progress, rate: Rate | None, at: datetime) -> str:
    """How long it still takes at its present pace, or as its spread has it; empty: who knows?"""
    if sending.state != Sending.State.RELEASING or not stands.waiting - stands.later:
        return ""
    seconds = 0.0
    if rate and rate.a_minute:
        seconds = (stands.waiting - stands.later) / rate.a_minute * 60
    if sending.spread_s and not stands.later:
        end = (sending.rest_at or sending.began_at) + timedelta(seconds=sending.spread_s)
        seconds = max(0.0, (end - at).total_seconds())
    return how_long(timedelta(seconds=seconds)) or ("less than a minute" if seconds else "")


@require_safe
@member_may("see messages")
def seats_csv(request: MemberRequest, id: int) -> HttpResponse:
    """Numbers of every seat the member sees: counts only, nobody's name."""
    sending = sending_for(request, id)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="message-{id}-seats.csv"'
    rows = csv.writer(answer)
    rows.writerow(COLUMNS)
    within = request.reach.seats("see messages")
    for seat in report.by_seat(sending, progress.progress(sending), within):
        rows.writerow(
            [
                seat.code,
                seat.name,
                seat.audience,
                seat.delivered,
                seat.failed,
                seat.left_out,
                seat.uncertain,
                seat.waiting,
                seat.sign_ups,
            ]
        )
    return answer
