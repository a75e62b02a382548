"""One master: how it stands, everything that is wrong in every seat, and each seat's cut."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from muster.content import approving
from muster.content.models import Cut, Master
from muster.lib.times import now
from muster.web import content_drawing, content_seats
from muster.web.content_kinds import KINDS
from muster.web.content_previews import previews_of
from muster.web.content_reach import (
    SEES,
    companions_of,
    cuts_for,
    launch_of,
    master_for,
    message_of,
    places_for,
)
from muster.web.content_seats import SeatCuts
from muster.web.content_standing import NONE, numbers_of, standing_of, why_not_approve
from muster.web.content_words import cut_for_all
from muster.web.members import MemberRequest, member_may


@require_safe
@member_may(SEES)
def show(request: MemberRequest, id: int) -> HttpResponse:
    """The master's own page."""
    return answer(request, master_for(request, id))


def answer(
    request: MemberRequest, master: Master, *, status: int = 200, **more: Any
) -> HttpResponse:
    """Draw the page, perhaps with a refusal on it."""
    seats = content_seats.seats_of(master, request.reach, now())
    cuts = [cut for seat in seats for cut in seat.cuts]
    context = common(request, master) | {
        "seats": seats,
        "problems": content_seats.problems_of(seats),
        "cells": content_seats.cells(master, seats),
        "changed": content_seats.out_of_step(master, cuts),
        "map_title": f"Seats of {master.name}",
    }
    if seats:
        context |= seat_of(request, master, _asked(request, seats))
    return render(request, "web/content/show.html", context | more, status=status)


def common(request: MemberRequest, master: Master) -> dict[str, Any]:
    """What every page of a master says on top."""
    at = now()
    numbers = numbers_of(cuts_for(request, [master])).get(master.pk, NONE)
    approval = approving.approval_in_force(master, at)
    standing = standing_of(master, numbers, at=at, approval=approval)
    may_approve = request.reach.may_everywhere("approve content")
    return {
        "master": master,
        "kind": KINDS[master.kind],
        "numbers": numbers,
        "standing": standing,
        "approval": approval,
        "launch": launch_of(master),
        "message": message_of(master),
        "whole": request.reach.seats(SEES) is None,
        "may_write": request.reach.may_everywhere("write content"),
        "may_approve": may_approve,
        "why_not": why_not_approve(master, standing, request.member, may_approve),
        "drawing": content_drawing.how_far(request, master, numbers),
    }


def _asked(request: MemberRequest, seats: list[SeatCuts]) -> SeatCuts:
    """The seat asked for, else the first with a problem, else the first."""
    code = request.GET.get("seat", "")
    by_code = [seat for seat in seats if seat.place.code == code]
    wrong = [seat for seat in seats if seat.problems]
    return next(iter([*by_code, *wrong, *seats]))


def seat_of(request: MemberRequest, master: Master, seat: SeatCuts) -> dict[str, Any]:
    """One seat as it will look, with the card that travels in it."""
    launch = launch_of(master)
    cuts: list[Cut] = seat.cuts
    others = [other for other in companions_of(master, launch) if other.pk != master.pk]
    cuts += cuts_for(request, others).filter(place=seat.place)
    page = launch.page if launch else None
    return {
        "seat": seat,
        "previews": previews_of(request.organisation, seat.place, cuts, page=page),
    }


@require_safe
@member_may(SEES)
def seat(request: MemberRequest, id: int, code: str) -> HttpResponse:
    """One seat's cut, large; the seats before and after it a step away."""
    master = master_for(request, id)
    places = places_for(request, master.targets)
    at = next((n for n, place in enumerate(places) if place.code == code), None)
    chosen = content_seats.one_seat(master, places[at], now()) if at is not None else None
    if at is None or chosen is None:
        raise Http404
    shape = "story" if request.GET.get("format") == "story" else "square"
    context = {
        "master": master,
        "kind": KINDS[master.kind],
        "before": places[at - 1] if at else None,
        "after": places[at + 1] if at + 1 < len(places) else None,
        "number": at + 1,
        "of": len(places),
        "format": shape,
        "drawn": legible(chosen, shape),
    } | seat_of(request, master, chosen)
    is_piece = bool(request.htmx)  # type: ignore[attr-defined]
    template = "web/content/_seat.html" if is_piece else "web/content/seat.html"
    return render(request, template, context)


def legible(seat: SeatCuts, shape: str) -> list[dict[str, Any]]:
    """How large and how clear each part of the picture is: role, px, contrast."""
    cut = next((cut for cut in seat.cuts if cut.format == shape), None)
    return [piece for piece in cut.drawn if "problem" not in piece] if cut else []


@require_POST
@member_may("write content", everywhere=True)
def cut_again(request: MemberRequest, id: int) -> HttpResponse:
    """Bring every seat's cut in step with candidates and facts as they stand."""
    master = master_for(request, id)
    if master.sealed_at is None:
        cut_for_all(master)
    return redirect("content:show", id)
