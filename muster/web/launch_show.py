"""One launch: from its draft to the report, on one page."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from muster.content.models import Cut
from muster.launches import history, parts, readiness, standing
from muster.launches.models import Launch
from muster.launches.standing import Standing
from muster.lib.times import now
from muster.places.models import Place
from muster.web import (
    launch_arming,
    launch_live,
    launch_rehearsal,
    launch_seats,
    launch_standing,
    launch_table,
)
from muster.web.content_previews import previews_of
from muster.web.launch_history import told
from muster.web.launch_problems import Problems, problems_of
from muster.web.launch_reach import May, launch_for
from muster.web.launch_seats import Seat, seats_of
from muster.web.launch_standing import AFTER, badge_of, counts_of, in_words, path_of
from muster.web.members import MemberRequest, member_may

HISTORY = 3_000
LINES = 80
SEAT_HISTORY = 60


@require_safe
@member_may("see launches")
def show(request: MemberRequest, id: int) -> HttpResponse:
    """The page of a launch, whatever state it is in."""
    return answer(request, launch_for(request, id))


def answer(
    request: MemberRequest, launch: Launch, *, status: int = 200, asked: str = "", **more: Any
) -> HttpResponse:
    """Draw the page, perhaps with a refusal on it; `asked` is the seat to open."""
    at = now()
    launch.refresh_from_db()
    stands = standing.standing(launch)
    within = request.reach.seats("see launches")
    problems = problems_for(launch, stands, within, at)
    seats = seats_of(stands, problems.by_seat, within)
    counts = counts_of(seats)
    context: dict[str, Any] = {
        "launch": launch,
        "stands": stands,
        "problems": problems,
        "seats": seats,
        "counts": counts,
        "may": May.of(request.reach),
        "may_see_audiences": request.reach.may("see people"),
        "badge": badge_of(stands, problems),
        "path": path_of(stands, problems),
        "is_after": stands.state in AFTER,
        "kinds": launch_table.kinds_of(stands),
        "chips": launch_table.chips_of(counts),
        "states": launch_table.states_of(counts),
        "cells": launch_seats.cells(launch, seats),
        "history": told(history.of(launch, limit=HISTORY))[:LINES] if within is None else [],
    }
    context |= figures_for(request, launch, stands, at)
    context |= launch_rehearsal.last_of(launch, within)
    if stands.state not in AFTER:
        context |= launch_arming.arming_of(request, launch, counts.seats, at)
    code = asked or request.GET.get("seat", "")
    if chosen := chosen_of(seats, code):
        context |= seat_context(request, launch, chosen) | {"is_chosen": chosen.code == code}
    return render(request, "web/launches/show.html", context | more, status=status)


def problems_for(
    launch: Launch, stands: Standing, within: frozenset[int] | None, at: datetime
) -> Problems:
    """What stands in the way; nothing does once it went."""
    if stands.state in AFTER:
        return Problems()
    names = {seat.place_id: (seat.code, seat.name) for seat in stands.seats}
    return problems_of(readiness.lately(launch, at), names, within)


def figures_for(
    request: MemberRequest, launch: Launch, stands: Standing, at: datetime
) -> dict[str, Any]:
    """What the page's script begins with, and where it listens."""
    within = request.reach.seats("see launches")
    live = launch_live.figures(launch, stands, within)
    return {
        "live": live,
        "kind_words": launch_seats.KINDS,
        "drawn": launch_live.drawn(live),
        "going": launch_standing.going_out(stands, within),
        "out_in_words": launch_live.out_in_words(stands, within),
        "reached": in_words(live["last_s"]),
        "live_address": launch_live.address_for(launch, within, watcher=request.member, at=at),
    }


def chosen_of(seats: list[Seat], code: str) -> Seat | None:
    """The seat in the panel: the one asked for, else the first that needs someone."""
    by_code = [seat for seat in seats if seat.code == code]
    needing = [seat for seat in seats if seat.state in ("failed", "held", "waiting")]
    return next(iter([*by_code, *needing, *seats]), None)


def seat_context(request: MemberRequest, launch: Launch, seat: Seat) -> dict[str, Any]:
    """One seat's panel: items, previews, what happened there."""
    place = Place.objects.get(pk=seat.now.place_id)
    happened = history.of(launch, place=place, limit=SEAT_HISTORY)
    return {
        "seat": seat,
        "previews": previews_for(request, launch, place),
        "page_url": page_url(request, launch, place),
        "seat_history": told(one for one in happened if one.place_id),
        "held_here": seat.has("held"),
        "may_make_again": launch.sealed_at and request.reach.may_in("prepare launches", place.pk),
        "may_seal_again": launch.sealed_at and request.reach.may_everywhere("arm launches"),
        "failed_here": seat.has("failed"),
        "may_hold_here": request.reach.may_in("hold launches", place.pk),
    }


def page_url(request: MemberRequest, launch: Launch, place: Place) -> str:
    """Where people see this seat's page."""
    return "/".join(
        [settings.PUBLIC_ADDRESS, request.organisation.slug, launch.page.slug, place.slug]
    )


def previews_for(request: MemberRequest, launch: Launch, place: Place) -> Any:
    cuts = Cut.objects.filter(master__in=parts.masters_of(launch), place=place)
    cuts = cuts.select_related("campaigner", "master")
    return previews_of(request.organisation, place, cuts, page=launch.page, account=launch.social)


@require_safe
@member_may("see launches")
def seat(request: MemberRequest, id: int, code: str) -> HttpResponse:
    """One seat's panel, for the map and the table to open."""
    launch, at = launch_for(request, id), now()
    within = request.reach.seats("see launches")
    stands = standing.standing(launch)
    problems = problems_for(launch, stands, within, at)
    found = [one for one in seats_of(stands, problems.by_seat, within) if one.code == code]
    if not found:
        raise Http404
    context = {
        "launch": launch,
        "stands": stands,
        "is_after": stands.state in AFTER,
        "back": reverse("launches:show", args=[id]),
    } | seat_context(request, launch, found[0])
    is_piece = request.htmx  # type: ignore[attr-defined]
    page = "web/launches/_seat.html" if is_piece else "web/launches/seat.html"
    return render(request, page, context)
