"""Journeys: the list of them, one whole, and what is done to it."""

import uuid
from typing import Any

from django.contrib import messages as toasts
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.actions.models import ActionPage
from muster.audiences import saving
from muster.channels.models import EmailAccount
from muster.content.masters import CannotWrite
from muster.lib.times import now
from muster.messaging.journeys import making, reading, ready_made, starting
from muster.messaging.journeys.models import Journey, Step
from muster.messaging.journeys.trees import tree_of, trees_of
from muster.organisations.models import Unit
from muster.web import journey_letters, journey_people, journey_steps
from muster.web.journey_picture import aside, drawn
from muster.web.journey_reach import (
    RUN,
    SEES,
    journey_for,
    journey_to_run,
    journeys_for,
    may_run,
    seats_counted,
    units_to_run,
)
from muster.web.journey_start_form import StartForm
from muster.web.journey_words import ICONS, STATES, Words
from muster.web.members import MemberRequest, member_may

ORDER = {"live": 0, "paused": 1, "draft": 2, "ended": 3}


@require_safe
@member_may(SEES)
def listing(request: MemberRequest) -> HttpResponse:
    found = sorted(journeys_for(request).order_by("-pk"), key=lambda one: ORDER[one.state])
    counts = reading.counts_of(found, seats_counted(request))
    words = Words(request.organisation, [])
    trees, busy = trees_of(found), reading.waiting_at(found, seats_counted(request))
    lines = [
        {
            "journey": journey,
            "badge": STATES[journey.state],
            "start": words.start(journey),
            "small": aside(trees[journey.pk], busy),
            "there": counts.get(journey.pk, (0, 0, 0))[0],
            "entered": counts.get(journey.pk, (0, 0, 0))[1],
            "goal": counts.get(journey.pk, (0, 0, 0))[2],
        }
        for journey in found
    ]
    context = {
        "lines": lines,
        "live": sum(journey.state == "live" for journey in found),
        "there": sum(there for there, _, _ in counts.values()),
        "may_make": bool(units_to_run(request)),
    }
    return render(request, "web/journeys/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_may(RUN)
def make(request: MemberRequest) -> HttpResponse:
    """A journey made ready, or an empty one by its name."""
    if request.method != "POST":
        return _making(request)
    typed, chosen = request.POST, request.POST.get("from", "")
    at = now()
    try:
        unit = _unit(request, typed.get("unit", ""))
        if chosen in ready_made.ALL:
            needs = _needs(request)
            made = ready_made.make(
                chosen, request.organisation, unit=unit, by=request.member, at=at, **needs
            )
        else:
            name = typed.get("name", "")
            made = making.make(request.organisation, name, unit=unit, by=request.member, at=at)
    except (making.CannotMake, CannotWrite) as refusal:
        return _making(request, refusal=refusal, status=409)
    return redirect("journeys:show", code=made.code)


@require_safe
@member_may(SEES)
def show(request: MemberRequest, code: uuid.UUID) -> HttpResponse:
    return answer(request, journey_for(request, code))


@require_http_methods(["GET", "HEAD", "POST"])
@member_may(RUN)
def start_and_leave(request: MemberRequest, code: uuid.UUID) -> HttpResponse:
    """How people enter, what it is for, when they leave."""
    journey = journey_to_run(request, code)
    audiences = saving.visible(request.organisation, request.member, request.reach, now())
    post = request.POST if request.method == "POST" else None
    initial = StartForm.initial_of(journey)
    form = StartForm(request.organisation, audiences, post, initial=initial)
    if journey.started_at is not None:
        form.let_start_stand()
    refusal = None
    if form.is_valid():
        try:
            _keep(request, journey, form)
            return redirect("journeys:show", code=code)
        except making.CannotMake as problems:
            refusal = problems
    context = {"journey": journey, "form": form, "refusal": refusal}
    return render(request, "web/journeys/start.html", context, status=409 if refusal else 200)


@require_POST
@member_may(RUN)
def press(request: MemberRequest, code: uuid.UUID, act: str) -> HttpResponse:
    """Started, paused, let go on, ended."""
    journey = journey_to_run(request, code)
    acts = {
        "start": starting.start,
        "pause": starting.pause,
        "go-on": starting.go_on,
        "end": starting.end,
    }
    try:
        acts[act](journey, by=request.member, at=now())
    except starting.CannotStart as refusal:
        return answer(request, journey, status=409, refusal=refusal)
    toasts.success(request, SAID[act])
    return redirect("journeys:show", code=code)


SAID = {
    "start": "It is live: people enter from now on.",
    "pause": "Paused: nobody takes a step until it goes on.",
    "go-on": "It goes on from where everybody stood.",
    "end": "It has ended: nobody is on it any more.",
}


def answer(
    request: MemberRequest, journey: Journey, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The page of one journey, perhaps with a refusal on it."""
    at, tree = now(), tree_of(journey)
    steps = {step.pk: step for step in Step.objects.filter(journey=journey)}
    words = Words(request.organisation, list(steps.values()))
    look = reading.look(journey, seats_counted(request))
    runs = may_run(request, journey)
    drawing = drawn(tree)
    shown = {
        pk: {
            "step": step,
            "words": words.of(step),
            "icon": ICONS[step.kind],
            "went": look.steps[pk],
        }
        for pk, step in steps.items()
    }
    listed = [shown[step.id] | {"depth": depth} for depth, step in tree.listed()]
    stands = journey.state
    context = {
        "journey": journey,
        "badge": STATES[stands],
        "state": stands,
        "start": words.start(journey),
        "goal": words.event(journey.goal) if journey.goal else "",
        "look": look,
        "drawing": drawing,
        "boxes": [(box, shown[box.step]) for box in drawing.boxes],
        "listed": listed,
        "may_run": runs and stands != "ended",
        "problems": starting.problems(journey, at) if runs and stands != "ended" else [],
        "may_see_people": request.reach.may("see people"),
        "kinds": journey_steps.KINDS,
    }
    return render(request, "web/journeys/show.html", context | more, status=status)


def _keep(request: MemberRequest, journey: Journey, form: StartForm) -> None:
    asked: dict[str, Any] = {"by": request.member, "at": now()}
    with transaction.atomic():
        _keep_all(journey, form, asked)


def _keep_all(journey: Journey, form: StartForm, asked: dict[str, Any]) -> None:
    if form.cleaned_data["name"] != journey.name:
        making.rename(journey, form.cleaned_data["name"], **asked)
    if journey.started_at is None:
        making.set_start(journey, form.start(), **asked)
    making.set_leaving(journey, **form.leaving(), **asked)


def _making(request: MemberRequest, status: int = 200, **more: Any) -> HttpResponse:
    ours = {"organisation": request.organisation}
    context = {
        "ready": ready_made.ALL.values(),
        "units": units_to_run(request),
        "pages": ActionPage.objects.filter(**ours).order_by("title"),
        "accounts": EmailAccount.objects.filter(**ours).order_by("id"),
        "may_write": request.reach.may_everywhere("write content"),
    }
    return render(request, "web/journeys/new.html", context | more, status=status)


def _unit(request: MemberRequest, typed: str) -> Unit | None:
    by_code = {str(unit.pk) if unit else "": unit for unit in units_to_run(request)}
    if typed not in by_code:
        raise making.CannotMake("Choose whose journey it is.")
    return by_code[typed]


def _needs(request: MemberRequest) -> dict[str, Any]:
    """The page its letters lead to and the account they come from."""
    if not request.reach.may_everywhere("write content"):
        raise making.CannotMake("Its e-mails are written by head office: begin with an empty one.")
    ours = {"organisation": request.organisation}
    page = ActionPage.objects.filter(**ours, pk=_number(request, "page")).first()
    account = EmailAccount.objects.filter(**ours, pk=_number(request, "account")).first()
    problems = []
    if page is None:
        problems.append("Choose the page its e-mails lead to.")
    if account is None:
        problems.append("Choose the mail account its e-mails come from.")
    if problems:
        raise making.CannotMake(*problems)
    return {"page": page, "account": account}


def _number(request: MemberRequest, name: str) -> int:
    typed = request.POST.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 18 else 0


app_name = "journeys"
urlpatterns = [
    path("", listing, name="list"),
    path("new", make, name="new"),
    *journey_letters.urlpatterns,
    path("<uuid:code>/", show, name="show"),
    path("<uuid:code>/start-and-leave", start_and_leave, name="start_and_leave"),
    *(path(f"<uuid:code>/{act}", press, {"act": act}, name=act) for act in SAID),
    *journey_steps.urlpatterns,
    *journey_people.urlpatterns,
]
