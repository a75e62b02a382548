"""The figures of a launch while it runs and after: for its page, for its script, as a file."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from muster.launches import refusals, standing
from muster.launches.models import Launch
from muster.launches.standing import Standing
from muster.lib import csv_cells, tickets
from muster.lib.times import now
from muster.lib.words import counted
from muster.organisations.models import Member
from muster.web.launch_history import joined
from muster.web.launch_reach import launch_for
from muster.web.launch_seats import WORDS, Seat, seats_of
from muster.web.launch_standing import clock
from muster.web.members import MemberRequest, member_may

STRIP = 40
OUT = {"email": ("e-mail", "e-mails"), "post": ("post", "posts"), "ad": ("ad", "ads")}
NUMBERS = ("total", "delivered", "failed", "left_out", "uncertain", "waiting")


def figures(launch: Launch, stands: Standing, seats: frozenset[int] | None) -> dict[str, Any]:
    """Everything the page's script shows, narrowed to these seats; refusals newest first."""
    return {**stands.as_json(seats), "refusals": refused(launch, seats)}


def refused(launch: Launch, seats: frozenset[int] | None) -> list[dict[str, Any]]:
    """Who refused what, as it came, newest first."""
    if launch.went_at is None:
        return []
    return [
        {
            "at": one.at.isoformat(),
            "seat": one.place_name,
            "kind": one.kind,
            "words": one.words,
            "count": one.count,
        }
        for one in refusals.latest(launch, limit=STRIP)
        if seats is None or one.place_id in seats
    ]


def drawn(figures: dict[str, Any]) -> dict[str, Any]:
    """The same with what a template cannot reckon: shares in per cent, clocks as they tick."""
    audience = figures["audience"] or 1
    ends = {name: figures[name] for name in ("delivered", "failed", "uncertain")}
    ends["left_out"] = figures["left_out_total"]
    return {
        "clocks": {name: clock(figures[f"{name}_s"]) for name in ("first", "median", "last")},
        "shares": {name: f"{100 * people / audience:.2f}" for name, people in ends.items()},
        "done": figures["audience"] - figures["waiting"],
    }


def out_in_words(stands: Standing, seats: frozenset[int] | None) -> str:
    """ "4,203 e-mails, 200 posts and 199 ads are out.": what people have, whatever is done now."""
    shown = [s for s in stands.seats if seats is None or s.place_id in seats]
    out = {
        kind: sum(s.items[kind].not_recallable for s in shown if kind in s.items) for kind in OUT
    }
    parts = [counted(number, *OUT[kind]) for kind, number in out.items() if number]
    if not parts:
        return "Nothing is out."
    return f"{joined(parts)} {'is' if sum(out.values()) == 1 else 'are'} out."


def address_for(
    launch: Launch, seats: frozenset[int] | None, *, watcher: Member, at: datetime
) -> str:
    """The public app's address of a launch's live events, good for some minutes."""
    made = tickets.make(
        "launch", launch.pk, launch.organisation_id, seats, at=at, member_id=watcher.pk
    )
    return f"{settings.PUBLIC_ADDRESS}/live/{made}"


@require_safe
@member_may("see launches")
def live(request: MemberRequest, id: int) -> JsonResponse:
    """The figures now: asked every two seconds where live events do not come through."""
    launch = launch_for(request, id)
    seats = request.reach.seats("see launches")
    return JsonResponse(figures(launch, standing.standing(launch), seats))


@require_safe
@member_may("see launches")
def ticket(request: MemberRequest, id: int) -> JsonResponse:
    """Where to listen for live events, of the member's seats."""
    launch = launch_for(request, id)
    seats = request.reach.seats("see launches")
    return JsonResponse({"address": address_for(launch, seats, watcher=request.member, at=now())})


@require_safe
@member_may("see launches")
def seats_csv(request: MemberRequest, id: int) -> HttpResponse:
    """Every seat the member sees, with the state of each item: counts only, nobody's name."""
    launch = launch_for(request, id)
    stands = standing.standing(launch)
    seats = seats_of(stands, {}, request.reach.seats("see launches"))
    lines = csv_cells.rows(columns(stands.kinds), (row(seat, stands.kinds) for seat in seats))
    answer = HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="launch-{id}-seats.csv"'
    return answer


def columns(kinds: Sequence[str]) -> list[str]:
    ends = [f"email_{name}" for name in NUMBERS]
    states = [name for kind in kinds for name in (kind, f"{kind}_since", f"{kind}_reason")]
    return ["seat_code", "seat", "candidate", "state", "live_at", "live_after_s", *states, *ends]


def row(seat: Seat, kinds: Sequence[str]) -> list[str | int | float]:
    now_ = seat.now
    cells: list[str | int | float] = [seat.code, seat.name, now_.candidate, WORDS[seat.state]]
    cells += [iso(now_.live_at), "" if now_.live_s is None else now_.live_s]
    for kind in kinds:
        item = now_.items.get(kind)
        cells += [WORDS[item.state], iso(item.at), item.reason] if item else ["", "", ""]
    email = seat.email
    return [*cells, *((getattr(email, name) for name in NUMBERS) if email else [""] * len(NUMBERS))]


def iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""
