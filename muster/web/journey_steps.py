"""A journey's steps on its page: put in, changed, moved, taken out."""

import uuid
from typing import Any

from django.contrib import messages as toasts
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from muster.lib.times import now
from muster.messaging.journeys import editing
from muster.messaging.journeys.editing import Spot
from muster.messaging.journeys.models import Journey, Step
from muster.web.journey_forms import FORMS
from muster.web.journey_reach import RUN, journey_to_run, step_to_edit
from muster.web.journey_words import ICONS
from muster.web.members import MemberRequest, member_may

WHAT = {
    "send": "An e-mail, to each as they come here",
    "ask": "The same; who acts on its page within a week is counted",
    "wait": "Some days, hours or minutes",
    "wait_for": "Until they do something, or a time is over",
    "wait_until": "Until an hour of the day, or a day of the week",
    "branch": "Two ways: by what they did, an audience, or a reply",
    "tag": "Give a tag, or take it off",
    "hand": "A named organiser follows them up",
}
KINDS = [(kind, str(Step.Kind(kind).label), words, ICONS[kind]) for kind, words in WHAT.items()]


@require_http_methods(["GET", "HEAD", "POST"])
@member_may(RUN)
def add(request: MemberRequest, code: uuid.UUID) -> HttpResponse:
    """Choose a kind, then say what it says: after a step, or first on a side."""
    journey = journey_to_run(request, code)
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    spot = _spot(request, journey)
    where = {name: _asked(request, name) for name in ("after", "parent", "side")}
    context: dict[str, Any] = {"journey": journey, "where": where, "spot": spot}
    if kind not in FORMS:
        return render(request, "web/journeys/kinds.html", context | {"kinds": KINDS})
    form = FORMS[kind](request.organisation, request.POST if request.method == "POST" else None)
    context |= {"form": form, "kind": kind, "label": Step.Kind(kind).label, "what": WHAT[kind]}
    if form.is_valid():
        try:
            said = form.definition()
            made = editing.add(journey, kind, said, spot, by=request.member, at=now())
            return _back_to(made, code)
        except editing.CannotEdit as refusal:
            context["refusal"] = refusal
            return render(request, "web/journeys/step.html", context, status=409)
    return render(request, "web/journeys/step.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_may(RUN)
def change(request: MemberRequest, code: uuid.UUID, step: uuid.UUID) -> HttpResponse:
    found = step_to_edit(request, code, step)
    form_of = FORMS[found.kind]
    initial = form_of.initial_of(found.definition)
    post = request.POST if request.method == "POST" else None
    form = form_of(request.organisation, post, initial=initial)
    context: dict[str, Any] = {
        "journey": found.journey,
        "step": found,
        "form": form,
        "label": found.get_kind_display(),
        "what": WHAT[found.kind],
        "waiting": found.travellers.filter(ended_at=None).count(),
    }
    if form.is_valid():
        try:
            editing.change(found, form.definition(), by=request.member, at=now())
            return _back_to(found, code)
        except editing.CannotEdit as refusal:
            context["refusal"] = refusal
            return render(request, "web/journeys/step.html", context, status=409)
    return render(request, "web/journeys/step.html", context)


@require_POST
@member_may(RUN)
def move(request: MemberRequest, code: uuid.UUID, step: uuid.UUID) -> HttpResponse:
    """One up or one down among the steps of its side."""
    found = step_to_edit(request, code, step)
    try:
        up = request.POST.get("to") == "up"
        editing.move_by(found, up, by=request.member, at=now())
    except editing.CannotEdit as refusal:
        toasts.error(request, str(refusal))
    return _back_to(found, code)


@require_POST
@member_may(RUN)
def take_out(request: MemberRequest, code: uuid.UUID, step: uuid.UUID) -> HttpResponse:
    found = step_to_edit(request, code, step)
    try:
        editing.take_out(found, by=request.member, at=now())
    except editing.CannotEdit as refusal:
        toasts.error(request, str(refusal))
    return redirect("journeys:show", code=code)


def _back_to(step: Step, code: uuid.UUID) -> HttpResponse:
    """The journey's page, at this step of the list."""
    return redirect(f"{reverse('journeys:show', kwargs={'code': code})}#step-{step.code}")


def _spot(request: MemberRequest, journey: Journey) -> Spot:
    after, parent = _step(request, journey, "after"), _step(request, journey, "parent")
    return Spot(parent, _asked(request, "side"), after)


def _step(request: MemberRequest, journey: Journey, name: str) -> Step | None:
    typed = _asked(request, name)
    if not typed:
        return None
    try:
        code = uuid.UUID(typed)
    except ValueError:
        raise Http404 from None
    return get_object_or_404(journey.steps.filter(removed_at=None), code=code)


def _asked(request: MemberRequest, name: str) -> str:
    return request.POST.get(name) or request.GET.get(name, "")


urlpatterns = [
    path("<uuid:code>/steps/new", add, name="add_step"),
    path("<uuid:code>/steps/<uuid:step>", change, name="step"),
    path("<uuid:code>/steps/<uuid:step>/move", move, name="move_step"),
    path("<uuid:code>/steps/<uuid:step>/take-out", take_out, name="take_out_step"),
]
