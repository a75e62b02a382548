"""Settings, imports: a file of people uploaded, watched, stopped, gone on with, and reported on."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.lib.times import now
from muster.people.imports import importing, previewing, refused, samples, template, typos
from muster.people.imports.saving import CannotImport
from muster.people.models import Import, Wording
from muster.people.opens import OPENS
from muster.web import import_columns, import_undo
from muster.web.import_columns import may_import
from muster.web.import_columns import ours as _ours
from muster.web.members import MemberRequest
from muster.web.wording_forms import WordingForm

SHOWN = 50
QUIET_FOR = timedelta(seconds=60)
ON_ITS_WAY = (
    Import.State.OPENING,
    Import.State.COUNTING,
    Import.State.WAITING,
    Import.State.RUNNING,
    Import.State.UNDOING,
)
FOR_SOMEONE = (Import.State.CHOOSING, Import.State.COUNTED, Import.State.STOPPED)
SAMPLES = (
    ("made", "New people"),
    ("overwritten", "Known already, and overwritten"),
    ("changed", "Known already, and gain something"),
    ("matched", "Known already, or twice in the file"),
    ("refused", "Refused"),
    ("suppressed", "Asked to be left alone"),
    ("unproved", "A yes without proof"),
    ("typos", "Addresses that may be mistyped"),
    ("other_typos", "Addresses at other places that may be mistyped"),
    ("roles", "Addresses of an office"),
)
WHOLE = frozenset({"made", "overwritten", "changed", "matched", "refused", "suppressed", "roles"})
"""Kinds of which the count says how many rows or people there are."""


@require_safe
@may_import
def listing(request: MemberRequest) -> HttpResponse:
    return _listing(request)


def _listing(request: MemberRequest, **also: Any) -> HttpResponse:
    kept = Import.objects.filter(organisation=request.organisation).select_related("by")
    context = {
        "imports": kept.order_by("-id")[:SHOWN],
        "waiting": kept.filter(state__in=FOR_SOMEONE).count(),
        "columns": template.COLUMNS,
        "wordings": Wording.objects.filter(organisation=request.organisation)
        .exclude(purpose=OPENS)
        .order_by("channel", "-id"),
        "form": WordingForm(organisation=request.organisation),
    }
    status = 422 if also.get("refusal") or "form" in also else 200
    return render(request, "web/imports/list.html", context | also, status=status)


@require_POST
@may_import
def upload(request: MemberRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        refusal = CannotImport("Choose a file first.")
        return _listing(request, refusal=refusal)
    try:
        taken = importing.begin(
            request.organisation,
            file.chunks(1 << 20),
            name=file.name or "",
            by=request.member,
            at=now(),
        )
    except CannotImport as refusal:
        return _listing(request, refusal=refusal)
    return redirect("imports:show", pk=taken.pk)


@require_safe
@may_import
def show(request: MemberRequest, pk: int) -> HttpResponse:
    """Where an import stands; while it runs, its numbers come anew every second."""
    taken = _ours(request, pk)
    is_part = request.headers.get("HX-Target") == "progress"
    if taken.state == Import.State.CHOOSING:
        answer = redirect("imports:columns", pk=pk)
        return HttpResponse(headers={"HX-Redirect": answer.url}) if is_part else answer
    if taken.state == Import.State.COUNTED:
        if is_part:  # the whole page anew: it has a style of its own
            return HttpResponse(headers={"HX-Redirect": request.path})
        return render(request, "web/imports/counted.html", _counted(taken))
    name = "_progress" if is_part else "show"
    return render(request, f"web/imports/{name}.html", _report(taken))


def _counted(taken: Import) -> dict[str, Any]:
    """What the file would bring, with rows of each kind as they would be."""
    count = taken.counted
    groups = [
        {
            "kind": kind,
            "name": name,
            "rows": samples.sampled(taken, places),
            "of": count.get(kind) if kind in WHOLE else None,
        }
        for kind, name in SAMPLES
        if (places := count["samples"].get(kind))
    ]
    shares = {
        kind: f"{100 * count[kind] / max(count['rows'], 1):.2f}"
        for kind in ("made", "matched", "refused")
    }
    known = count["people"] - count["made"]
    return {
        "taken": taken,
        "count": count,
        "known": known,
        "is_nothing": previewing.changes_nothing(count),
        "groups": groups,
        "shares": shares,
        "slips": _slips(count.get("slips", {})),
        "corrected": _slips(count.get("corrected", {})),
    }


def _slips(groups: dict[str, int]) -> list[dict[str, Any]]:
    """Mistyped domains with what was meant and how many rows have them, the most first."""
    most = sorted(groups.items(), key=lambda one: (one[0] == typos.OTHERS, -one[1]))
    return [{"group": group, "meant": typos.meant_by(group), "rows": rows} for group, rows in most][
        :SHOWN
    ]


def _report(taken: Import) -> dict[str, Any]:
    is_counting = taken.state == Import.State.COUNTING
    offset = taken.counted.get("offset", 0) if is_counting else taken.offset
    rows = taken.counted.get("rows", 0) if is_counting else taken.rows
    pace = taken.counted.get("pace", 0) if is_counting else taken.pace
    heard = taken.heard_at or taken.started_at
    is_running = taken.state in ON_ITS_WAY
    per_row = offset / rows if rows else 0
    return {
        "taken": taken,
        "is_running": is_running,
        "is_interrupted": bool(
            taken.state == Import.State.RUNNING and heard and now() - heard > QUIET_FOR
        ),
        "offset": offset,
        "rows": rows,
        "share": min(100, round(100 * offset / taken.size)) if taken.size else 0,
        "seconds_left": round((taken.size - offset) / pace) if is_running and pace else None,
        "a_second": round(pace / per_row) if per_row else 0,
        "corrected": _slips(taken.counted.get("corrected", {})),
        "refusals": taken.refusals.order_by("line")[:SHOWN],
    }


@require_POST
@may_import
def stop(request: MemberRequest, pk: int) -> HttpResponse:
    importing.stop(_ours(request, pk), by=request.member, at=now())
    messages.success(request, "Stopped. What is in stays in; go on whenever you like.")
    return redirect("imports:show", pk=pk)


@require_POST
@may_import
def go_on(request: MemberRequest, pk: int) -> HttpResponse:
    importing.go_on(_ours(request, pk))
    return redirect("imports:show", pk=pk)


@require_safe
@may_import
def refused_rows(request: MemberRequest, pk: int) -> HttpResponse:
    taken = _ours(request, pk)
    response: HttpResponse = _file(refused.lines(taken), f"refused-{taken.pk}.csv")
    return response


@require_safe
@may_import
def empty_template(request: MemberRequest) -> HttpResponse:
    ours = Wording.objects.filter(
        organisation=request.organisation, channel="email", purpose="marketing"
    )
    newest = ours.order_by("-pk").values_list("version", flat=True).first()
    lines = iter(["\ufeff", template.empty_file(newest)])
    response: HttpResponse = _file(lines, "people-template.csv")
    return response


def _file(lines: Any, name: str) -> Any:
    kind = "text/csv; charset=utf-8"
    named = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type=kind, headers=named)


@require_http_methods(["POST"])
@may_import
def add_wording(request: MemberRequest) -> HttpResponse:
    """Keep the exact words people agreed to, so that a file may name them (PECR-CON)."""
    form = WordingForm(request.POST, organisation=request.organisation)
    if not form.is_valid():
        return _listing(request, form=form)
    form.save()
    messages.success(request, "Kept. Files may name this wording now.")
    return redirect("imports:list")


app_name = "imports"
urlpatterns = [
    path("", listing, name="list"),
    path("upload", upload, name="upload"),
    path("template.csv", empty_template, name="template"),
    path("wordings", add_wording, name="add_wording"),
    path("<int:pk>", show, name="show"),
    path("<int:pk>/stop", stop, name="stop"),
    path("<int:pk>/go-on", go_on, name="go_on"),
    path("<int:pk>/refused.csv", refused_rows, name="refused"),
    *import_columns.urlpatterns,
    *import_undo.urlpatterns,
]
