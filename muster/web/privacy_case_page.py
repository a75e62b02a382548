"""One case's page: its clock, who they are, what is held, what was done, what may come next."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from muster.lib.times import now
from muster.organisations.models import Member, Role
from muster.organisations.rules import PERMISSIONS
from muster.places.scope import reach_of
from muster.privacy import cases, packing
from muster.privacy.models import Case, CaseLetter, Export
from muster.web.members import MemberRequest

GUARDS = [kind for kind, allowed in PERMISSIONS.items() if "handle privacy" in allowed]

HANDING_OVER = timedelta(minutes=1)
"""A letter given to the mail server this short a while ago is on its way, not lost."""


def page(request: MemberRequest, case: Case, refusal: Exception | None = None) -> HttpResponse:
    at = now()
    person = case.person
    context: dict[str, Any] = {
        "case": case,
        "clock": cases.clock_of(case, cases.today(request.organisation, at)),
        "steps": sorted(case.steps.all(), key=lambda s: s.pk, reverse=True),
        "done": {s.what for s in case.steps.all()},
        "letter": CaseLetter.objects.filter(case=case).first(),
        "likely": [] if person else list(cases.likely(case)[:20]),
        "owners": owners(request, at),
        "packs": [
            {"pack": p, "is_there": bool(p.good_until and p.good_until > at and not p.removed_at)}
            for p in case.packs.order_by("-asked_at")
        ],
        "refusal": refusal,
        "here": "cases",
    }
    letter = context["letter"]
    claimed_at = letter.claimed_at if letter else None
    context["is_going"] = bool(claimed_at and at - claimed_at < HANDING_OVER)
    context["is_making"] = any(row["pack"].made_at is None for row in context["packs"])
    if person:
        told = packing.told(person)
        context["held"] = [held for room in told.values() for held in room]
        context["naming_others"] = packing.naming_others(person)[:50]
        context["person_page"] = reverse("people:show", kwargs={"code": person.code})
        context["may_hold_them"] = _may_hold_them(case)
    return render(request, "web/privacy/case.html", context, status=409 if refusal else 200)


def owners(request: MemberRequest, at: datetime) -> list[Member]:
    """Members who may handle privacy in the whole organisation."""
    roles = Role.objects.in_force(at).filter(kind__in=GUARDS, unit__kind="head_office")
    members = request.organisation.members.filter(ended_at=None, roles__in=roles)
    found = members.distinct().order_by("name")
    return [m for m in found if reach_of(m, at=at).may_everywhere("handle privacy")]


def _may_hold_them(case: Case) -> list[Export]:
    """Exports fetched or still there that may hold them: whoever has one is told of a change."""
    assert case.person is not None
    made = Export.objects.filter(
        organisation=case.organisation_id, made_at__gte=case.person.joined_at
    )
    return list(made.select_related("by").order_by("-made_at")[:20])
