"""Settings, imports: a file of people uploaded, watched, stopped, gone on with, and reported on."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.lib.times import now
from muster.people import importing, refused, template
from muster.people.models import Import, Wording
from muster.people.saving import CannotImport
from muster.web.members import MemberRequest, member_may
from muster.web.wording_forms import WordingForm

may_import = member_may("import people", everywhere=True)
SHOWN = 50
QUIET_FOR = timedelta(seconds=60)
ON_ITS_WAY = (Import.State.WAITING, Import.State.RUNNING)


@require_safe
@may_import
def listing(request: MemberRequest) -> HttpResponse:
    return _listing(request)


def _listing(request: MemberRequest, **also: Any) -> HttpResponse:
    kept = Import.objects.filter(organisation=request.organisation).select_related("by")
    context = {
        "imports": kept.order_by("-id")[:SHOWN],
        "columns": template.COLUMNS,
        "wordings": Wording.objects.filter(organisation=request.organisation).order_by(
            "channel", "-id"
        ),
        "form": WordingForm(organisation=request.organisation),
        "here": "imports",
    }
    status = 422 if also.get("refusal") or "form" in also else 200
    return render(request, "web/imports/list.html", context | also, status=status)


@require_POST
@may_import
def upload(request: MemberRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        refusal = CannotImport("Choose a CSV file first.")
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
    """The report; while it runs, its numbers come anew every second."""
    taken = _ours(request, pk)
    is_part = request.headers.get("HX-Target") == "progress"
    name = "_progress" if is_part else "show"
    return render(request, f"web/imports/{name}.html", _report(taken))


def _ours(request: MemberRequest, pk: int) -> Import:
    kept = Import.objects.filter(organisation=request.organisation).select_related("by")
    return get_object_or_404(kept, pk=pk)


def _report(taken: Import) -> dict[str, Any]:
    left = taken.size - taken.offset
    heard = taken.heard_at or taken.started_at
    is_running = taken.state in ON_ITS_WAY
    per_row = taken.offset / taken.rows if taken.rows else 0
    return {
        "taken": taken,
        "is_running": is_running,
        "is_interrupted": bool(
            taken.state == Import.State.RUNNING and heard and now() - heard > QUIET_FOR
        ),
        "share": min(100, round(100 * taken.offset / taken.size)) if taken.size else 0,
        "seconds_left": round(left / taken.pace) if is_running and taken.pace else None,
        "a_second": round(taken.pace / per_row) if per_row else 0,
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
    ours = Wording.objects.filter(organisation=request.organisation, channel="email")
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
]
