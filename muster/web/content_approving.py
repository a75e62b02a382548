"""Approving a master: three seats read closely, all of them glanced at, until a date."""

import random
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST

from muster.content import approving
from muster.content.models import Master
from muster.lib.times import now
from muster.web import content_seats
from muster.web.content_reach import longest_and_shortest, master_for
from muster.web.content_seats import SeatCuts
from muster.web.content_show import common, seat_of
from muster.web.members import MemberRequest, member_may

USUAL = timedelta(days=14)
LONGEST = timedelta(days=366)
FEW = 12


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("approve content", everywhere=True)
def approve(request: MemberRequest, id: int) -> HttpResponse:
    """Approve exactly what was read: its digest comes back with the form."""
    master = master_for(request, id)
    if request.method != "POST":
        return _read(request, master)
    until = end_of(request.POST.get("until", ""))
    seen = request.POST.get("seen", "")
    try:
        if until is None:
            raise approving.CannotApprove("Choose the day the approval ends.")
        approving.approve(master, request.member, now(), until, seen=seen)
    except approving.CannotApprove as refusal:
        return _read(request, master, status=409, refusal=refusal)
    return redirect("content:show", id)


def _read(
    request: MemberRequest, master: Master, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The three seats to read, and the button."""
    digest = approving.digest_over(master)
    seats = content_seats.seats_of(master, request.reach, now())
    today = timezone.localdate()
    context = common(request, master) | {
        "digest": digest,
        "seats": seats,
        "problems": content_seats.problems_of(seats),
        "samples": [(why, seat_of(request, master, seat)) for why, seat in samples(seats)],
        "until": today + USUAL,
        "earliest": today,
        "latest": today + LONGEST,
    }
    return render(request, "web/content/approve.html", context | more, status=status)


def samples(seats: list[SeatCuts]) -> list[tuple[str, SeatCuts]]:
    """The best seat, the longest name, and one that nobody chose; each once.

    Where all but a few are approved already, it is those few that are read.
    """
    waiting = [seat for seat in seats if not seat.is_approved]
    if 0 < len(waiting) < len(seats):
        return [("Changed since", seat) for seat in waiting[:FEW]]
    extremes = longest_and_shortest([seat.place for seat in seats])
    if extremes is None:
        return []
    longest = next(seat for seat in seats if seat.place == extremes[0])
    chosen = {seats[0].place.pk: ("The best of the list", seats[0])}
    chosen.setdefault(longest.place.pk, ("The longest name", longest))
    left = [seat for seat in seats if seat.place.pk not in chosen]
    if left:
        picked = random.choice(left)  # noqa: S311 - no secret
        chosen[picked.place.pk] = ("Picked by chance", picked)
    return list(chosen.values())


def end_of(day: str) -> datetime | None:
    """The last moment of that day in the organisation's zone; None if it is no day."""
    try:
        found = parse_date(day)
    except ValueError:
        return None
    if found is None:
        return None
    last = timezone.localdate() + LONGEST
    midnight = datetime.combine(min(found, last) + timedelta(days=1), datetime.min.time())
    return timezone.make_aware(midnight)


@require_POST
@member_may("approve content", everywhere=True)
def withdraw(request: MemberRequest, id: int) -> HttpResponse:
    """Take the approval in force back."""
    master = master_for(request, id)
    approval = approving.approval_in_force(master, now())
    if approval is not None:
        try:
            approving.withdraw(approval, by=request.member, at=now())
        except approving.CannotWithdraw as refusal:
            return _read(request, master, status=409, refusal=refusal)
        toasts.success(request, "The approval is withdrawn. Nothing can go out on it.")
    return redirect("content:show", id)
