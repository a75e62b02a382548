"""The electoral register: accepted first, then loaded, looked in, taken out and removed."""

import csv
import io
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet, Sum
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.lib.times import now
from muster.places.models import Place
from muster.registers import exporting, loading, looking, rules
from muster.registers.models import RegisterEntry, RegisterLoad
from muster.web.members import MemberRequest, member_may
from muster.web.register_forms import LoadForm, LookForm, TakeForm

may_see = member_may("see register")
SHOWN = 50
LARGEST_FOUND = 8 * 1024 * 1024


def loads_of(request: MemberRequest) -> QuerySet[RegisterLoad]:
    """The registers within reach; marked and absent ones take a permission more (ER-2)."""
    loads = RegisterLoad.objects.filter(organisation=request.organisation, removed_at=None)
    full = loads.filter(request.reach.within("see register", "place_id"), kind="full")
    marked = loads.filter(request.reach.within("see marked register", "place_id"))
    return (full | marked.exclude(kind="full")).select_related("recipient", "place", "by")


@require_http_methods(["GET", "HEAD", "POST"])
@may_see
def listing(request: MemberRequest) -> HttpResponse:
    """The registers, and whom somebody looked up in them: asked by POST, so that no name

    stands in an address bar or a log.
    """
    if not looking.has_accepted(request.member):
        return render(request, "web/registers/accept.html", {"words": rules.WORDS})
    form = LookForm(request.POST or None)
    found: list[RegisterEntry] | None = None
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            asked = looking.Asked(**form.cleaned_data)
            found = looking.look_up(loads_of(request), asked, by=request.member, at=now())
        except looking.CannotLook as problem:
            refusal = problem
    loads = loads_of(request)
    context = {
        "loads": loads.order_by("-at"),
        "electors": loads.aggregate(all=Sum("electors"))["all"] or 0,
        "form": form,
        "found": found,
        "most": looking.MOST,
        "refusal": refusal,
        "may_load": request.reach.may("load register"),
    }
    return render(request, "web/registers/list.html", context, status=422 if refusal else 200)


@require_POST
@may_see
def accept(request: MemberRequest) -> HttpResponse:
    if request.POST.get("accept") != "on":
        messages.warning(request, "Tick the box to accept the conditions.")
        return redirect("registers:list")
    looking.accept(request.member, at=now())
    return redirect("registers:list")


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("load register")
def load(request: MemberRequest) -> HttpResponse:
    """Take a register in, in quarantine."""
    form = LoadForm(
        request.POST or None,
        request.FILES or None,
        organisation=request.organisation,
        seats=Place.objects.seats()
        .filter(request.reach.within("load register", "id"))
        .order_by("name"),
    )
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            kept = _load(request, form.cleaned_data)
        except loading.CannotLoad as problem:
            refusal = problem
        else:
            messages.success(request, f"{kept.electors:,} electors kept, in quarantine.")
            return redirect("registers:list")
    context = {"form": form, "refusal": refusal}
    is_wrong = refusal or form.errors
    return render(request, "web/registers/load.html", context, status=422 if is_wrong else 200)


def _load(request: MemberRequest, said: dict[str, Any]) -> RegisterLoad:
    file = said.pop("file")
    return loading.load(
        request.organisation,
        loading.Received(**said),
        file.chunks(1 << 20),
        name=file.name or "",
        by=request.member,
        at=now(),
        may_all=request.reach.may_everywhere("load register"),
    )


@require_safe
@may_see
def show(request: MemberRequest, code: UUID) -> HttpResponse:
    kept = get_object_or_404(loads_of(request), code=code)
    return _show(request, kept)


def _show(
    request: MemberRequest, kept: RegisterLoad, refusal: Exception | None = None
) -> HttpResponse:
    if not looking.has_accepted(request.member):
        return redirect("registers:list")
    may_remove = request.reach.may_in("load register", kept.place_id)
    context = {
        "kept": kept,
        "refusals": looking.refused_rows(kept, SHOWN, by=request.member, at=now())
        if may_remove
        else [],
        "copies": kept.exports.select_related("by").order_by("-at")[:SHOWN],
        "form": TakeForm(),
        "may_remove": may_remove,
        "refusal": refusal,
    }
    return render(request, "web/registers/show.html", context, status=422 if refusal else 200)


@require_POST
@may_see
def take(request: MemberRequest, code: UUID) -> HttpResponse:
    """A copy, with whose it is in it."""
    kept = get_object_or_404(loads_of(request), code=code)
    purpose = request.POST.get("purpose", "")
    try:
        copy = exporting.export(kept, purpose=purpose, by=request.member, at=now())
    except looking.CannotLook as refusal:
        return _show(request, kept, refusal)
    answer: Any = StreamingHttpResponse(
        exporting.lines(copy), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="register-{copy.code}.csv"'
    return answer  # type: ignore[no-any-return]


@require_POST
@member_may("load register")
def remove(request: MemberRequest, code: UUID) -> HttpResponse:
    kept = get_object_or_404(
        RegisterLoad.objects.filter(
            request.reach.within("load register", "place_id"),
            organisation=request.organisation,
            removed_at=None,
        ),
        code=code,
    )
    loading.remove(kept, by=request.member, at=now())
    messages.success(request, f"Removed: {kept.electors:,} electors are gone from here.")
    return redirect("registers:list")


@require_POST
@member_may("load register", everywhere=True)
def whose(request: MemberRequest) -> HttpResponse:
    """Whose copy a file found astray is, by the order of its electors."""
    file = request.FILES.get("file")
    text = file.read(LARGEST_FOUND).decode("utf-8", "replace") if file else ""
    numbers = [row[0].strip() for row in csv.reader(io.StringIO(text.replace("\x00", ""))) if row]
    # What is no elector (the line of warning, the heading) is passed over.
    known = RegisterEntry.objects.filter(
        organisation=request.organisation, number__in=set(numbers)
    ).values_list("number", flat=True)
    there = set(known)
    copies = exporting.whose(request.organisation, [n for n in numbers if n in there])
    if copies:
        told = "; ".join(f"{c.by.name}, {c.at:%-d %B %Y %H:%M}" for c in copies[:5])
        messages.warning(request, f"A copy taken by {told}.")
    else:
        few = len(there) < exporting.FEWEST_TO_TELL
        why = "too few electors of ours stand in it" if few else "its order is that of none"
        messages.success(request, f"None of our copies: {why}.")
    return redirect("registers:list")


app_name = "registers"
urlpatterns = [
    path("", listing, name="list"),
    path("accept", accept, name="accept"),
    path("load", load, name="load"),
    path("whose", whose, name="whose"),
    path("<uuid:code>", show, name="show"),
    path("<uuid:code>/copy", take, name="take"),
    path("<uuid:code>/remove", remove, name="remove"),
]
