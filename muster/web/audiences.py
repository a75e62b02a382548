"""Audiences: the list of them, the sentence that makes one, and what comes of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST, require_safe

from muster.audiences import (
    counting,
    definitions,
    keeping_count,
    saving,
    special,
)
from muster.audiences.models import Audience
from muster.audiences.rules import Node, Unclear
from muster.audiences.starters import starters
from muster.lib.times import now
from muster.people.models import Person
from muster.web import audience_acts, audience_builder
from muster.web.audience_builder import Builder
from muster.web.audience_map import cells_of, legend
from muster.web.audience_reach import said_by, theirs
from muster.web.audience_uses import uses_of
from muster.web.members import MemberRequest, member_may


@require_safe
@member_may("see people")
def listing(request: MemberRequest) -> HttpResponse:
    kept = saving.visible(request.organisation, request.member, request.reach, now())
    kept = kept.annotate(uses=Count("messages")).select_related("owner", "unit")
    rows = [
        {"audience": one, "sentence": said_by(one.definition, one.organisation)}
        for one in kept.order_by("-changed_at")
    ]
    context = {
        "rows": rows,
        "sees_counts": request.reach.may_everywhere("see people"),
        "starters": [
            {
                "one": one,
                "href": f"{reverse('audiences:new')}?d={definitions.packed(one.definition)}"
                f"&name={one.name}",
            }
            for one in starters(request.organisation)
        ],
        "may_change": request.reach.may("change audiences"),
    }
    return render(request, "web/audiences/list.html", context)


@require_safe
@member_may("see people")
def new(request: MemberRequest) -> HttpResponse:
    """A sentence nobody has saved yet."""
    return _build(request, None)


@require_safe
@member_may("see people")
def show(request: MemberRequest, code: UUID) -> HttpResponse:
    """A saved one, or what someone is turning it into."""
    return _build(request, theirs(request, code))


def _build(request: MemberRequest, audience: Audience | None) -> HttpResponse:
    start = audience.definition if audience else None
    builder = audience_builder.read(request.GET, request.organisation, start)
    after = audience_builder.changed(request.GET, builder)
    if after is not None and after.form is None and not after.problem:
        return redirect(f"{request.path}{after.address(**_name(request))}")
    return _page(request, after or builder, audience)


def _name(request: MemberRequest) -> dict[str, str]:
    """A name a starter brings stays in the address until it is saved."""
    name = request.GET.get("name", "")[: saving.LONGEST_NAME]
    return {"name": name} if name else {}


def _page(
    request: MemberRequest,
    builder: Builder,
    audience: Audience | None,
    refusal: Exception | None = None,
    name: str = "",
) -> HttpResponse:
    htmx = getattr(request, "htmx", None)
    is_part = bool(htmx and not htmx.history_restore_request and not refusal)
    context = {
        "builder": builder,
        "audience": audience,
        "refusal": refusal,
        "name": name or request.GET.get("name", "") or (audience.name if audience else ""),
        "is_changed": audience is not None and builder.definition != audience.definition,
        "may_change": request.reach.may("change audiences"),
        "may_tag": request.reach.may("change people"),
        "may_export": request.reach.may("export people"),
        "may_write": request.reach.may_everywhere("write content"),
        "uses": uses_of(request, audience) if audience and not is_part else [],
        **_figures(request, builder, audience),
    }
    template = "web/audiences/_builder.html" if is_part else "web/audiences/show.html"
    return render(request, template, context, status=409 if refusal else 200)


def _figures(request: MemberRequest, builder: Builder, audience: Audience | None) -> dict[str, Any]:
    """Numbers, map and names within the member's reach; or why there are none."""
    seats = request.reach.seats("see people")
    asked = (builder.definition, request.organisation)
    verdict = special.judge(*asked, audience)
    if verdict.kind is special.Kind.BLOCK:
        return {"verdict": verdict}
    try:
        figures = counting.figures(*asked, at=now(), seats=seats, wide=verdict.is_wide)
        held_back = _held_back(verdict, builder, seats)
        named = _named(request, builder, verdict, seats)
    except Unclear as unclear:
        return {"unclear": str(unclear)}
    if audience and seats is None and builder.definition == audience.definition:
        keeping_count.keep(audience, figures.total, at=now())
    return {
        "figures": figures,
        "verdict": verdict,
        "held_back": held_back,
        "may_allow": request.reach.may_everywhere("approve special use"),
        "named": named,
        "is_scoped": seats is not None,
        "seats": sum(1 for seat in figures.by_seat if seat),
        "nowhere": figures.by_seat.get(None, 0),
        "cells": cells_of(figures, request.reach, builder),
        "legend": legend(figures),
    }


def _held_back(verdict: special.Verdict, builder: Builder, seats: frozenset[int] | None) -> int:
    """How many are left out for want of an explicit consent (DP-9T)."""
    if verdict.is_wide:
        return 0
    asked = (builder.definition, builder.organisation)
    return counting.without_consent(*asked, at=now(), seats=seats)


def _named(
    request: MemberRequest,
    builder: Builder,
    verdict: special.Verdict,
    seats: frozenset[int] | None,
) -> list[Person]:
    """Ten names; of people chosen by special data only to who may see it, and never unnoted."""
    if verdict.fields:
        if not request.reach.may("see special data"):
            return []
        among = request.reach.seats("see special data")
        seats = among if seats is None else seats if among is None else seats & among
    asked = (builder.definition, request.organisation)
    found = counting.sample(*asked, at=now(), seats=seats, wide=verdict.is_wide)
    if verdict.fields and found:
        special.note_look(request.organisation, by=request.member, at=now(), how_many=len(found))
    return found


@require_POST
@member_may("change audiences")
def save(request: MemberRequest) -> HttpResponse:
    """Keep a new one, or a changed copy of another under a name of its own."""
    definition, name, builder = _said(request)
    unit = saving.unit_of(request.member, request.reach, now())
    try:
        audience = saving.make(
            request.organisation,
            name=name,
            definition=definition,
            by=request.member,
            at=now(),
            unit=unit,
        )
    except saving.CannotSave as refusal:
        return _page(request, builder, None, refusal, name)
    messages.success(request, f"“{audience.name}” is saved.")
    return redirect("audiences:show", code=audience.code)


@require_POST
@member_may("change audiences")
def change(request: MemberRequest, code: UUID) -> HttpResponse:
    audience = theirs(request, code)
    definition, name, builder = _said(request)
    seen = request.POST.get("version", "")
    try:
        saving.change(
            audience,
            name=name,
            definition=definition,
            by=request.member,
            at=now(),
            seen=int(seen) if seen.isdecimal() and len(seen) < 10 else None,
        )
    except saving.CannotSave as refusal:
        return _page(request, builder, audience, refusal, name)
    messages.success(request, "The change is saved. What it said before is in its history.")
    return redirect("audiences:show", code=code)


def _said(request: MemberRequest) -> tuple[Node, str, Builder]:
    builder = audience_builder.read(request.POST, request.organisation)
    return builder.definition, request.POST.get("name", ""), builder


app_name = "audiences"
urlpatterns = [
    path("", listing, name="list"),
    path("new", new, name="new"),
    path("save", save, name="save"),
    path("wards", audience_acts.wards, name="wards"),
    path("<uuid:code>", show, name="show"),
    path("<uuid:code>/change", change, name="change"),
    path("<uuid:code>/history", audience_acts.history, name="history"),
    path("<uuid:code>/restore", audience_acts.restore, name="restore"),
    path("<uuid:code>/allow", audience_acts.allow, name="allow"),
    path("<uuid:code>/put-away", audience_acts.put_away, name="put_away"),
]
