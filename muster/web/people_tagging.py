"""Tagging everyone in an audience, or whom a filter of the People page finds; taken back whole."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.audiences import counting, saving, special
from muster.audiences.models import Audience
from muster.audiences.rules import Unclear
from muster.lib.times import now
from muster.people.models import Person
from muster.people.record import tag_runs, tagging
from muster.people.record.models import TagRun
from muster.web import people_list
from muster.web.members import MemberRequest, member_may

LATEST = 20


@dataclass(frozen=True)
class Meant:
    """Whom a press means. `kept` says so without the words typed, which may be a name."""

    people: "QuerySet[Person]"
    words: str
    kept: str


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("change people")
def begin(request: MemberRequest) -> HttpResponse:
    """How many people it is, which tag, and the press. The address holds the filter."""
    audiences = saving.visible(request.organisation, request.member, request.reach, now())
    code = _code(request.GET.get("audience", ""))
    audience = audiences.filter(code=code).first() if code else None
    asked = people_list.read(request.GET, request.organisation, request.reach)
    refusal: Exception | None = None
    number, whom = 0, people_list.in_words(asked)
    try:
        meant = _in(request, audience) if audience else _found(request, asked)
        if request.method == "POST":
            return _begin(request, meant)
        number, whom = meant.people.count(), meant.words
    except (people_list.TooMany, tagging.CannotTag, Unclear) as why:
        refusal = why
    context = {
        "whom": whom,
        "number": number,
        "back": asked.address(),
        "audience": audience,
        "audiences": audiences.order_by("name"),
        "typed": request.POST.get("tag", ""),
        "refusal": refusal,
        "runs": _ours(request).order_by("-id")[:LATEST],
    }
    return render(request, "web/people/tagging.html", context, status=422 if refusal else 200)


def _code(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _found(request: MemberRequest, asked: people_list.Asked) -> Meant:
    """Whom a filter of the People page finds. Raises `people_list.TooMany`."""
    people = people_list.everyone(request.organisation, request.reach, asked)
    kept = people_list.in_words(replace(asked, text=""))
    kept = ", ".join(filter(None, [kept, "found by words" if asked.text else ""]))
    return Meant(people, people_list.in_words(asked), kept or "on the list")


def _in(request: MemberRequest, audience: Audience) -> Meant:
    """Who is in an audience now. A tag would carry special data on unseen: not from those (DP-9T).

    Raises `tagging.CannotTag`, `Unclear`.
    """
    if names := special.fields_used(audience.definition, request.organisation):
        raise tagging.CannotTag(
            f"This audience asks of special data ({', '.join(names)}): it may not become a tag."
        )
    seats = request.reach.seats("change people")
    found = counting.ids(audience.definition, request.organisation, at=now(), seats=seats)
    if len(found) > tag_runs.MOST:
        raise tagging.CannotTag(f"More than {tag_runs.MOST:,} people are in it: narrow it first.")
    people = Person.objects.filter(organisation=request.organisation)
    people = people.filter(request.reach.within("change people"))
    words = f"in the audience “{audience}”"
    return Meant(people.filter(pk__in=[row[0] for row in found]), words, words)


def _begin(request: MemberRequest, meant: Meant) -> HttpResponse:
    is_added = request.POST.get("act") != "untag"
    find = tagging.named if is_added else tagging.known
    run = tag_runs.begin(
        find(request.organisation, request.POST.get("tag", "")),
        meant.people,
        is_added=is_added,
        whom=meant.kept,
        by=request.member,
        at=now(),
    )
    return redirect("people:tag_run", pk=run.pk)


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
