"""People who may be on the list twice: pairs to look at, merged, told apart, undone."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from muster.lib.times import now
from muster.lib.words import counted
from muster.people.duplicates import deciding, matching, merging, merging_sure, unmerging
from muster.people.duplicates.models import MatchRun, Merge, Pair, SureMerging
from muster.people.models import Person
from muster.web import duplicate_card
from muster.web.members import MemberRequest, member_may

SHOWN = 50
MERGES_SHOWN = 20
may_change = member_may("change people")
may_change_everywhere = member_may("change people", everywhere=True)


def pairs_of(request: MemberRequest) -> QuerySet[Pair]:
    """Open pairs, both of whom this member may change."""
    both = request.reach.within("change people", "first__seat_id")
    both &= request.reach.within("change people", "second__seat_id")
    return Pair.objects.filter(both, organisation=request.organisation, different_at=None)


def merges_of(request: MemberRequest) -> QuerySet[Merge]:
    mine = request.reach.within("change people", "kept__seat_id")
    return Merge.objects.filter(mine, organisation=request.organisation)


@require_safe
@may_change
def listing(request: MemberRequest) -> HttpResponse:
    if request.headers.get("HX-Target") == "run":
        return render(request, "web/duplicates/_run.html", _run(request))
    show_sure = request.GET.get("show") == "sure"
    pairs = pairs_of(request)
    shown = pairs.filter(is_sure=show_sure).order_by("-score", "pk")
    context = {
        "waiting": pairs.filter(is_sure=False).count(),
        "sure": pairs.filter(is_sure=True).count(),
        "show_sure": show_sure,
        "rows": [
            {"pair": pair, "why": duplicate_card.why(pair.levels)}
            for pair in shown.select_related("first__seat", "second__seat")[:SHOWN]
        ],
        "merges": merges_of(request).select_related("kept", "by").order_by("-at")[:MERGES_SHOWN],
        "setting": SureMerging.objects.filter(organisation=request.organisation).first(),
        "everywhere": request.reach.may_everywhere("change people"),
    }
    return render(request, "web/duplicates/list.html", context | _run(request))


def _run(request: MemberRequest) -> dict[str, Any]:
    """The latest run, for who sees the whole list."""
    run = None
    if request.reach.may_everywhere("change people"):
        runs = MatchRun.objects.filter(organisation=request.organisation)
        run = runs.order_by("-id").first()
    is_running = run is not None and run.state in matching.ON_ITS_WAY
    left = (run.total - run.done) / run.pace if run and is_running and run.pace else None
    return {
        "run": run,
        "is_running": is_running,
        "seconds_left": None if left is None else round(left),
        "share": min(100, round(100 * run.done / run.total)) if run and run.total else 0,
        "crowded": sum(run.crowded.values()) if run else 0,
    }


@require_POST
@may_change_everywhere
def look(request: MemberRequest) -> HttpResponse:
    """Look through the whole list, in a job."""
    matching.begin(request.organisation, by=request.member, at=now())
    return redirect("duplicates:list")


@require_POST
@may_change_everywhere
def stop(request: MemberRequest, pk: int) -> HttpResponse:
    runs = MatchRun.objects.filter(organisation=request.organisation)
    matching.stop(get_object_or_404(runs, pk=pk), by=request.member, at=now())
    messages.success(request, "Stopped. What was found or merged stays.")
    return redirect("duplicates:list")


@require_POST
@may_change
def merge_sure(request: MemberRequest) -> HttpResponse:
    """Merge every sure pair within reach, in a job."""
    seats = request.reach.seats("change people")
    pairs = merging_sure.sure_pairs(
        request.organisation.pk, None if seats is None else sorted(seats)
    )
    if how_many := pairs.count():
        matching.begin_merging(request.organisation, by=request.member, at=now(), seats=seats)
        words = counted(how_many, "pair is", "pairs are")
        messages.success(request, f"{words} being merged. Each can be undone.")
    return redirect("duplicates:list")


@require_POST
@may_change_everywhere
def setting(request: MemberRequest) -> HttpResponse:
    """From now on the sure ones are merged after every search; or no more."""
    is_on = request.POST.get("merge_sure") == "on"
    deciding.merge_sure_unasked(request.organisation, is_on, by=request.member, at=now())
    said = "are merged after every search" if is_on else "wait for your press"
    messages.success(request, f"Sure ones {said}.")
    return redirect("duplicates:list")


@require_safe
@may_change
def show(request: MemberRequest, code: UUID) -> HttpResponse:
    pair = get_object_or_404(pairs_of(request), code=code)
    return _card(request, pair.first, pair.second, pair=pair)


def _card(
    request: MemberRequest,
    first: Person,
    second: Person,
    *,
    pair: Pair | None = None,
    refusal: Exception | None = None,
) -> HttpResponse:
    alike = merging_sure.compare_now([first, second])
    kept, _ = merging.prefer(first, second)
    context = {
        "pair": pair,
        "first": first,
        "second": second,
        "keep": kept,
        "rows": duplicate_card.rows(first, second),
        "why": duplicate_card.why(alike.levels if alike else []),
        "is_sure": bool(alike and alike.is_sure),
        "after": _after(request, pair) if pair else None,
        "left": pairs_of(request).filter(is_sure=pair.is_sure).count() if pair else 0,
        "refusal": refusal,
    }
    return render(request, "web/duplicates/show.html", context, status=409 if refusal else 200)


def _after(request: MemberRequest, pair: Pair) -> Pair | None:
    """The next pair to look at, in the order of the list."""
    later = Q(score__lt=pair.score) | Q(score=pair.score, pk__gt=pair.pk)
    found = pairs_of(request).filter(later, is_sure=pair.is_sure)
    return found.order_by("-score", "pk").first()


@require_POST
@may_change
def decide(request: MemberRequest, code: UUID) -> HttpResponse:
    """Merge the pair, or say for ever that they are two people; then the next one."""
    pair = get_object_or_404(pairs_of(request), code=code)
    after = _after(request, pair)
    if request.POST.get("act") == "different":
        deciding.say_different(pair.first, pair.second, by=request.member, at=now())
        messages.success(request, "Two people: they are not shown together again.")
    else:
        try:
            _merge(request, pair.first, pair.second)
        except merging.CannotMerge as refusal:
            return _card(request, pair.first, pair.second, pair=pair, refusal=refusal)
    if after is None:
        return redirect("duplicates:list")
    return redirect("duplicates:show", code=after.code)


def _merge(request: MemberRequest, first: Person, second: Person) -> Person:
    """Raises `CannotMerge`."""
    kept, gone = merging.prefer(first, second)
    if request.POST.get("keep") == str(gone.code):
        kept, gone = gone, kept
    alike = merging_sure.compare_now([kept, gone])
    merging.merge(kept, gone, by=request.member, at=now(), levels=alike.levels if alike else [])
    name = f"{kept.given_name} {kept.family_name}".strip() or "One person"
    messages.success(request, f"Merged: {name} has both histories now. It can be undone.")
    return kept


@require_safe
@may_change
def choose(request: MemberRequest, code: UUID) -> HttpResponse:
    """From somebody's page: whom to merge them with, then both side by side."""
    person = _theirs(request, code)
    if other := _other(request, request.GET.get("with", "")):
        return _card(request, person, other)
    text = " ".join(request.GET.get("q", "").split())[:100]
    context = {
        "person": person,
        "text": text,
        "found": duplicate_card.candidates(request.organisation, request.reach, person, text),
    }
    return render(request, "web/duplicates/choose.html", context)


@require_POST
@may_change
def merge(request: MemberRequest, code: UUID) -> HttpResponse:
    """Merge two people somebody chose, or say that they are two."""
    person, other = _theirs(request, code), _other(request, request.POST.get("with", ""))
    if other is None:
        return redirect("duplicates:choose", code=code)
    if request.POST.get("act") == "different":
        deciding.say_different(person, other, by=request.member, at=now())
        messages.success(request, "Two people: they are not shown together again.")
        return redirect("people:show", code=person.code)
    try:
        kept = _merge(request, person, other)
    except merging.CannotMerge as refusal:
        return _card(request, person, other, refusal=refusal)
    return redirect("people:show", code=kept.code)


def _theirs(request: MemberRequest, code: UUID) -> Person:
    people = Person.objects.filter(organisation=request.organisation).select_related("seat")
    return get_object_or_404(people.filter(request.reach.within("change people")), code=code)


def _other(request: MemberRequest, typed: str) -> Person | None:
    """The person with this code, if this member may change them."""
    try:
        code = UUID(typed)
    except ValueError:
        return None
    return _theirs(request, code)


@require_POST
@may_change
def undo(request: MemberRequest, pk: int) -> HttpResponse:
    merged = get_object_or_404(merges_of(request).select_related("kept"), pk=pk)
    seat = merged.record.get("person", {}).get("seat_id", merged.kept.seat_id)
    if not request.reach.may_in("change people", seat):
        raise Http404
    try:
        undone = unmerging.undo(merged, by=request.member, at=now())
    except unmerging.CannotUndo as refusal:
        messages.error(request, str(refusal))
        return redirect("people:show", code=merged.kept.code)
    messages.success(request, " ".join(["Both are back as they were.", *undone.stayed]))
    if request.reach.may_in("see people", undone.person.seat_id):
        return redirect("people:show", code=undone.person.code)
    return redirect("people:show", code=merged.kept.code)


@require_POST
@may_change_everywhere
def undo_run(request: MemberRequest, pk: int) -> HttpResponse:
    """Undo every merge of one press, in a job."""
    runs = MatchRun.objects.filter(organisation=request.organisation, kind=MatchRun.Kind.MERGE)
    run = get_object_or_404(runs, pk=pk)
    merging_sure.begin_undoing(run, by=request.member, at=now())
    return redirect("duplicates:list")


app_name = "duplicates"
urlpatterns = [
    path("", listing, name="list"),
    path("look", look, name="look"),
    path("merge-sure", merge_sure, name="merge_sure"),
    path("setting", setting, name="setting"),
    path("runs/<int:pk>/stop", stop, name="stop"),
    path("runs/<int:pk>/undo", undo_run, name="undo_run"),
    path("merges/<int:pk>/undo", undo, name="undo"),
    path("with/<uuid:code>", choose, name="choose"),
    path("with/<uuid:code>/merge", merge, name="merge"),
    path("<uuid:code>", show, name="show"),
    path("<uuid:code>/decide", decide, name="decide"),
]
