"""Seats: all of them on one map and in one table, and a page for each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_safe

from muster.places.models import Election, Place, TargetList
from muster.places.standings import elections, latest_general
from muster.web import seat_show
from muster.web.members import MemberRequest, member_may
from muster.web.seat_filter import ROWS, SHADES, Filter, read
from muster.web.seat_rows import SeatRow, narrow, rows_of
from muster.web.seat_shading import cells_of, legend

WITHIN = (1, 2, 5, 10)
NAMED = 3


@require_safe
@member_may("see seats")
def listing(request: MemberRequest) -> HttpResponse:
    asked = read(request.GET)
    country = request.GET.get("country", "GB")[:2].upper()
    targets = _targets(request, asked)
    election = _election(country, asked, targets if asked.list else None)
    rows = rows_of(
        request.organisation,
        request.reach,
        country=country,
        election=election,
        targets=targets,
    )
    shown = narrow(rows, asked)
    htmx = getattr(request, "htmx", None)
    # Going back asks for the whole page; only a change of the filter is answered with its part.
    is_part = bool(htmx and not htmx.history_restore_request)
    context = {
        "is_part": is_part,
        "asked": asked,
        "election": election,
        "targets": targets,
        "cells": cells_of(rows, shown, asked),
        # Each party's number as it would be if it were picked, whatever party is picked now.
        "legend": legend([r for r in narrow(rows, replace(asked, party="")) if r.is_ours], asked),
        "sentence": _sentence(rows, shown, election, asked),
        "rows": shown if asked.all else shown[:ROWS],
        "how_many": len(shown),
        "everything": asked.address(all=True),
        "unpicked": asked.address(pick=()) or "?",
        "shade_words": SHADES[asked.shade],
        "sorts": _sorts(asked, targets is not None, request.reach.may("see people")),
        **_choices(request, country),
    }
    return render(request, "web/seats/_seats.html" if is_part else "web/seats/list.html", context)


def _targets(request: MemberRequest, asked: Filter) -> TargetList | None:
    """The list asked for; to shade by chance without one, the list in force."""
    if not request.reach.may("see targets"):
        return None
    lists = TargetList.objects.filter(organisation=request.organisation).select_related(
        "party", "election"
    )
    if asked.list:
        return get_object_or_404(lists, pk=asked.list)
    return lists.in_force(request.organisation) if asked.shade == "chance" else None


def _election(country: str, asked: Filter, targets: TargetList | None) -> Election | None:
    """The one asked for; else the one the list was reckoned from; else the latest."""
    wanted = Election.objects.filter(code=asked.election, country=country).first()
    return wanted or (targets.election if targets else latest_general(country))


def _choices(request: MemberRequest, country: str) -> dict[str, Any]:
    """What the filter offers to choose from."""
    around = Place.objects.filter(kind__in=["nation", "region"], country=country)
    lists = TargetList.objects.filter(organisation=request.organisation).order_by("-made_at")
    return {
        "country": country,
        "regions": around.defer("boundary").order_by("kind", "name"),
        "elections": elections(country, at_least=2),
        "lists": lists if request.reach.may("see targets") else [],
        "withins": WITHIN,
        "shades": SHADES,
        "may_see_people": request.reach.may("see people"),
    }


def _sentence(
    rows: Sequence[SeatRow], shown: Sequence[SeatRow], election: Election | None, asked: Filter
) -> dict[str, Any]:
    """The parts of the page's answer in words; the template makes links of them."""
    won = Counter(r.standing.party for r in shown if r.standing)
    counted = [r.supporters for r in shown if r.supporters is not None]
    return {
        "ours": sum(r.is_ours for r in rows),
        "shown": len(shown),
        "only": shown[0].seat if len(shown) == 1 else None,
        "is_scoped": any(not r.is_ours for r in rows),
        "parties": [(p, n, asked.address(party=p.code)) for p, n in won.most_common(NAMED)],
        "supporters": sum(counted) if counted else None,
    }


def _sorts(asked: Filter, has_targets: bool, may_see_people: bool) -> list[dict[str, Any]]:
    """The table's heads, each a link that sorts by it; again: the other way round."""
    heads = [("name", "Seat", False), ("", "Region", False), ("", "Won by", False)]
    heads += [("lead", "Lead", True), ("swing", "Swing", True)]
    if has_targets:
        heads += [("rank", "Target", True), ("chance", "Chance", True), ("gain", "Gain", True)]
    if may_see_people:
        heads.append(("supporters", "Supporters", True))
    now = asked.sort or ("rank" if asked.list else "name")
    return [
        {
            "words": words,
            "is_number": is_number,
            "href": asked.address(sort=_next(sort, now)) if sort else "",
            "way": _way(sort, now),
        }
        for sort, words, is_number in heads
    ]


def _next(sort: str, now: str) -> str:
    """Figures begin with the most, names with A, and ranks with the first."""
    first = sort if sort in {"name", "rank", "swing", "lead"} else f"-{sort}"
    if now.removeprefix("-") != sort:
        return first
    return sort if now.startswith("-") else f"-{sort}"


def _way(sort: str, now: str) -> str:
    if not sort or now.removeprefix("-") != sort:
        return ""
    return "descending" if now.startswith("-") else "ascending"


@require_safe
@member_may("see seats")
def show(request: MemberRequest, slug: str) -> HttpResponse:
    ours = Place.objects.seats().filter(request.reach.within("see seats", "id"))
    seat = get_object_or_404(ours.select_related("parent__parent").order_by("country"), slug=slug)
    return render(request, "web/seats/show.html", seat_show.everything_about(seat, request))


app_name = "seats"
urlpatterns = [
    path("", listing, name="list"),
    path("<slug:slug>", show, name="show"),
]
