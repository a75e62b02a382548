"""Tagging everyone a filter of the People page finds, and taking it back."""

from dataclasses import replace

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.lib.times import now
from muster.people import tag_runs, tagging
from muster.people.models import Person
from muster.people.record_models import TagRun
from muster.web import people_list
from muster.web.members import MemberRequest, member_may

LATEST = 20


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("change people")
def begin(request: MemberRequest) -> HttpResponse:
    """How many people it is, which tag, and the press. The address holds the filter."""
    asked = people_list.read(request.GET, request.organisation, request.reach)
    refusal: Exception | None = None
    number = 0
    try:
        people = people_list.everyone(request.organisation, request.reach, asked)
        if request.method == "POST":
            return _begin(request, asked, people)
        number = people.count()
    except (people_list.TooMany, tagging.CannotTag) as why:
        refusal = why
    context = {
        "whom": people_list.in_words(asked),
        "number": number,
        "back": asked.address(),
        "typed": request.POST.get("tag", ""),
        "refusal": refusal,
        "runs": _ours(request).order_by("-id")[:LATEST],
    }
    return render(request, "web/people/tagging.html", context, status=422 if refusal else 200)


def _begin(
    request: MemberRequest, asked: people_list.Asked, people: "QuerySet[Person]"
) -> HttpResponse:
    is_added = request.POST.get("act") != "untag"
    find = tagging.named if is_added else tagging.known
    run = tag_runs.begin(
        find(request.organisation, request.POST.get("tag", "")),
        people,
        is_added=is_added,
        whom=_whom(asked),
        by=request.member,
        at=now(),
    )
    return redirect("people:tag_run", pk=run.pk)


def _whom(asked: people_list.Asked) -> str:
    """Kept for as long as the run is: without the words typed, which may be somebody's name."""
    kept = people_list.in_words(replace(asked, text=""))
    return ", ".join(filter(None, [kept, "found by words" if asked.text else ""])) or "on the list"


@require_safe
@member_may("change people")
def run(request: MemberRequest, pk: int) -> HttpResponse:
    """What one press did, and taking it back."""
    found = get_object_or_404(_ours(request), pk=pk)
    State = TagRun.State
    context = {
        "run": found,
        "meant": tag_runs.meant(found),
        "is_waiting": found.state in (State.WAITING, State.UNDOING),
        "may_undo": found.state == State.FINISHED and found.changed,
    }
    return render(request, "web/people/tag_run.html", context)


@require_POST
@member_may("change people")
def undo(request: MemberRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_ours(request), pk=pk)
    tag_runs.undo(found, at=now())
    if found.state == TagRun.State.UNDONE:
        messages.success(request, "Taken back.")
    return redirect("people:tag_run", pk=pk)


def _ours(request: MemberRequest) -> "QuerySet[TagRun]":
    """One's own; everyone's for who may change people everywhere."""
    runs = TagRun.objects.filter(organisation=request.organisation).select_related("tag", "by")
    return runs if request.reach.may_everywhere("change people") else runs.filter(by=request.member)
