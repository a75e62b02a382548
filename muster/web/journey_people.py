"""Who is on a journey: found by name, their way so far, taken out; and a way tried beforehand."""

import uuid
from typing import Any

from django.contrib import messages as toasts
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from muster.lib.times import now
from muster.messaging.journeys import leaving, rehearsing
from muster.messaging.journeys.models import Journey, Step, Traveller
from muster.messaging.journeys.rules import OUTCOMES
from muster.people import search
from muster.people.models import Person
from muster.web.journey_reach import RUN, journey_for, journey_to_run
from muster.web.journey_words import ICONS, Words
from muster.web.members import MemberRequest, member_may

A_PAGE = 50
SHOWN = 6


@require_safe
@member_may("see people")
def listing(request: MemberRequest, code: uuid.UUID) -> HttpResponse:
    """Everybody who is on it or was, within reach; those at one step, or who left one way."""
    journey = journey_for(request, code)
    found = _within(request, journey)
    step, ending = request.GET.get("step", ""), request.GET.get("ending", "")
    chosen = None
    if step:
        chosen = get_object_or_404(Step, journey=journey, code=_uuid(step))
        found = found.filter(step=chosen)
    elif ending in Traveller.Ending.values:
        found = found.filter(ending=ending)
    asked = " ".join(request.GET.get("q", "").split())[:100]
    if asked:
        people = search.find(request.organisation, request.reach, asked, limit=200)
        found = found.filter(person__in=[person.pk for person in people])
    words = Words(request.organisation, list(journey.steps.all()))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    lines = [(one, words.of(one.step) if one.step else "") for one in page]
    context = {
        "journey": journey,
        "page": page,
        "lines": lines,
        "asked": asked,
        "step": chosen,
        "step_words": words.of(chosen) if chosen else "",
        "ending_code": ending if ending in Traveller.Ending.values else "",
        "ending": Traveller.Ending(ending).label if ending in Traveller.Ending.values else "",
    }
    return render(request, "web/journeys/people.html", context)


@require_safe
@member_may("see people")
def way(request: MemberRequest, code: uuid.UUID, traveller: int) -> HttpResponse:
    """One person's way on it, step by step."""
    journey = journey_for(request, code)
    one = get_object_or_404(_within(request, journey), pk=traveller)
    words = Words(request.organisation, list(journey.steps.all()))
    passed = one.passages.select_related("step").order_by("at", "pk")
    lines = [
        {
            "label": p.step.get_kind_display(),
            "icon": ICONS[p.step.kind],
            "words": words.of(p.step),
            "outcome": OUTCOMES.get(p.outcome, p.outcome),
            "at": p.at,
        }
        for p in passed
    ]
    context = {
        "journey": journey,
        "traveller": one,
        "lines": lines,
        "now": words.of(one.step) if one.step else "",
        "may_take_out": request.reach.may_in(RUN, one.person.seat_id) and one.ended_at is None,
    }
    return render(request, "web/journeys/way.html", context)


@require_POST
@member_may(RUN)
def take_out(request: MemberRequest, code: uuid.UUID, traveller: int) -> HttpResponse:
    journey = journey_for(request, code)
    found = Traveller.objects.filter(journey=journey).select_related("person")
    found = found.filter(request.reach.within(RUN, "person__seat"))
    one = get_object_or_404(found, pk=traveller)
    leaving.take_out(one, by=request.member, at=now())
    toasts.success(request, "They are out of it: nothing more happens to them here.")
    return redirect("journeys:way", code=code, traveller=traveller)


@require_safe
@member_may(RUN)
def preview(request: MemberRequest, code: uuid.UUID) -> HttpResponse:
    """What would happen to a named person, and when. Nothing is done."""
    journey = journey_to_run(request, code)
    asked = " ".join(request.GET.get("q", "").split())[:100]
    found: list[Person] = []
    if asked and request.reach.may("see people"):
        found = list(search.find(request.organisation, request.reach, asked, limit=SHOWN))
    chosen = request.GET.get("person", "")
    person = next((one for one in found if str(one.pk) == chosen), next(iter(found), None))
    context: dict[str, Any] = {
        "journey": journey,
        "asked": asked,
        "found": found,
        "person": person,
    }
    if person is not None:
        steps = {step.pk: step for step in journey.steps.filter(removed_at=None)}
        words = Words(request.organisation, list(steps.values()))
        context["refused"] = rehearsing.may_enter(journey, person, now())
        context["stops"] = [
            (
                stop,
                steps[stop.step].get_kind_display(),
                words.of(steps[stop.step]),
                ICONS[stop.kind],
            )
            for stop in rehearsing.walk_through(journey, person, now())
        ]
    return render(request, "web/journeys/preview.html", context)


def _within(request: MemberRequest, journey: Journey) -> QuerySet[Traveller]:
    found = Traveller.objects.filter(journey=journey)
    found = found.filter(request.reach.within("see people", "person__seat"))
    return found.select_related("person__seat", "step").order_by(
        F("ended_at").desc(nulls_first=True), "-entered_at", "-pk"
    )


def _uuid(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None


urlpatterns = [
    path("<uuid:code>/people", listing, name="people"),
    path("<uuid:code>/people/<int:traveller>", way, name="way"),
    path("<uuid:code>/people/<int:traveller>/take-out", take_out, name="take_out"),
    path("<uuid:code>/preview", preview, name="try"),
]
