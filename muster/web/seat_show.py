"""Everything the page of one seat shows, within what the member may see."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from muster.actions.models import Lead
from muster.actions.rules import clock
from muster.lib.hexmap import Cell, neighbourhood
from muster.lib.words import counted
from muster.organisations.models import Campaigner, Organisation, Unit
from muster.places.models import Contest, Place, Target, TargetList
from muster.places.rules import lead_in_words, points
from muster.places.standings import latest_general, standings
from muster.web import happenings, seat_launch
from muster.web.members import MemberRequest
from muster.web.seat_counts import Counts, counts_of, wards_of
from muster.web.seat_results import contests_of, side_by_side
from muster.web.seat_shading import NO_COLOUR

AROUND = 3
LEADS = 5


def everything_about(seat: Place, request: MemberRequest) -> dict[str, Any]:
    """The template's values. What the member may not see is None."""
    contests = contests_of(seat)
    may_people = request.reach.may_in("see people", seat.pk)
    may_leads = request.reach.may_in("see leads", seat.pk)
    counts = counts_of(request.organisation, seat) if may_people else None
    target = _target(request, seat)
    at = timezone.now()
    return {
        "seat": seat,
        "candidates": Campaigner.objects.filter(
            organisation=request.organisation, kind="candidate", place_code=seat.code
        ),
        "units": Unit.objects.filter(organisation=request.organisation, place_code=seat.code),
        "standing": _standing_in_words(contests),
        "target": target,
        "target_words": lead_in_words(target.lead, target.swing_needed) if target else "",
        "contests": contests[:2],
        "lines": side_by_side(contests[:2]),
        "cells": _around(seat, request),
        "counts": counts,
        "leads": _leads(request.organisation, seat, at) if may_leads else None,
        "asks": _next_asks(seat, counts) if counts else [],
        "wards": wards_of(request.organisation, seat) if may_people else None,
        "launched": seat_launch.latest_in(seat, request),
        "happenings": happenings.latest(request.member, request.reach, seat.pk),
    }


def _standing_in_words(contests: list[Contest]) -> str:
    """ "Labour lead of 5,611 over Conservative; a swing of 5.4 points takes it." """
    if not contests:
        return "No result is loaded for this seat."
    first, second = (*sorted(contests[0].results.all(), key=lambda r: -r.votes), None, None)[:2]
    if first is None:
        return "No result is loaded for this seat."
    if second is None:
        return f"{first.party.name} stood alone."
    lead, valid = first.votes - second.votes, contests[0].valid_votes
    if lead == 0:
        return f"A tie of {first.party.name} and {second.party.name}: a single vote takes it."
    return (
        f"{first.party.name} lead of {lead:,} over {second.party.name};"
        f" a swing of {points(50 * lead / valid)} points takes it."
    )


def _target(request: MemberRequest, seat: Place) -> Target | None:
    """The seat's place on the target list in force, if it is on it."""
    if not request.reach.may_in("see targets", seat.pk):
        return None
    in_force = TargetList.objects.in_force(request.organisation)
    if in_force is None:
        return None
    targets = in_force.targets.select_related("target_list__party", "target_list__election")
    return targets.filter(place=seat).first()


def _around(seat: Place, request: MemberRequest) -> list[Cell]:
    """The seat among its neighbours, by who won them; only those in reach can be entered."""
    if seat.hex_q is None or seat.hex_r is None:
        return []
    others = Place.objects.seats().filter(country=seat.country, hex_q__isnull=False)
    near = others.filter(hex_q__range=(seat.hex_q - AROUND, seat.hex_q + AROUND)).defer("boundary")
    election = latest_general(seat.country)
    ours = request.reach.seats("see seats")
    near = near.filter(hex_r__range=(seat.hex_r - AROUND - 1, seat.hex_r + AROUND + 1))
    won = standings(election, [p.pk for p in near]) if election else {}
    cells = []
    for place in near:
        stood = won.get(place.pk)
        may = ours is None or place.pk in ours
        cells.append(
            Cell(
                code=place.code,
                name=place.name,
                q=place.hex_q or 0,
                r=place.hex_r or 0,
                href=reverse("seats:show", kwargs={"slug": place.slug}) if may else "",
                fill=_washed(stood.party.colour or NO_COLOUR) if stood and may else "",
                label=f"{stood.party.name}, lead {stood.lead:,}" if stood and may else "",
                is_outlined=place.pk == seat.pk,
            )
        )
    cells.sort(key=lambda c: c.is_outlined)
    return neighbourhood(cells, seat.hex_q, seat.hex_r, AROUND)


def _washed(colour: str) -> str:
    return f"color-mix(in oklab, {colour} 50%, var(--raised))"


def _leads(organisation: Organisation, seat: Place, at: datetime) -> list[dict[str, Any]]:
    """Those who wait, the longest first, each with their clock."""
    waiting = Lead.objects.filter(organisation=organisation, place=seat, contacted_at=None)
    return [
        {"lead": lead, "clock": clock(lead.due_at, at), "is_late": lead.due_at < at}
        for lead in waiting.select_related("person", "owner").order_by("due_at")[:LEADS]
    ]


def _next_asks(seat: Place, counts: Counts) -> list[dict[str, str]]:
    """What to do in this seat next, at most three, the most pressing first."""
    asks = []
    if counts.waiting:
        volunteers = counted(counts.waiting, "volunteer", "volunteers")
        asks.append({"words": f"Ring {volunteers} waiting to hear from us", "icon": "phone"})
    if counts.idle:
        people = counted(counts.idle, "supporter", "supporters")
        asks.append({"words": f"Ask {people} by e-mail to volunteer", "icon": "send"})
    if counts.silent:
        people = counted(counts.silent, "supporter", "supporters")
        asks.append({"words": f"Ask {people} in person if we may e-mail", "icon": "mail"})
    if not counts.people:
        asks.append({"words": f"Share the volunteer page of {seat.name}", "icon": "share-2"})
    return asks[:3]
