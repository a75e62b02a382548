"""Privacy, exports: asked for by one member, decided by another, fetched by the first (SEC-2)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.audiences import saving
from muster.lib.times import now
from muster.privacy import columns, exporting
from muster.privacy.models import Export
from muster.web.members import MemberRequest, member_may
from muster.web.privacy_forms import ExportForm

SHOWN = 100


@require_safe
@member_may("export people")
def listing(request: MemberRequest) -> HttpResponse:
    """One's own; whoever approves exports sees everybody's, those that wait first."""
    found = list(_visible(request).order_by("-asked_at")[:SHOWN])
    at = now()
    waiting = [e for e in found if e.decided_at is None and e.expires_at > at]
    context = {
        "waiting": waiting,
        "rest": [e for e in found if e not in waiting],
        "may_approve": request.reach.may_everywhere("approve exports"),
        "here": "exports",
        "now": at,
    }
    return render(request, "web/privacy/exports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("export people")
def ask(request: MemberRequest) -> HttpResponse:
    special = request.reach.may_everywhere("see special data")
    choices = columns.known(request.organisation, special=special)
    audiences = saving.visible(request.organisation, request.member, request.reach, now())
    form = ExportForm(
        request.POST or None,
        columns=choices,
        reach=request.reach,
        audiences=audiences,
        initial={"audience": request.GET.get("audience", "")},
    )
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            asked = exporting.ask(request.organisation, form.asked(), by=request.member, at=now())
        except exporting.CannotExport as problems:
            refusal = problems
        else:
            messages.success(request, "Asked for. Someone else decides; you read here what.")
            return redirect("privacy:export", code=asked.code)
    context = {"form": form, "refusal": refusal, "here": "exports"}
    status = 422 if request.method == "POST" else 200
    return render(request, "web/privacy/export_ask.html", context, status=status)


@require_safe
@member_may("export people")
def show(request: MemberRequest, code: UUID) -> HttpResponse:
    return _page(request, _one(request, code))


@require_POST
@member_may("approve exports", everywhere=True)
def approve(request: MemberRequest, code: UUID) -> HttpResponse:
    export = _one(request, code)
    try:
        exporting.approve(export, by=request.member, at=now())
    except exporting.CannotExport as refusal:
        return _page(request, export, refusal)
    messages.success(request, "Approved. The file is being made.")
    return redirect("privacy:export", code=code)


@require_POST
@member_may("export people")
def refuse(request: MemberRequest, code: UUID) -> HttpResponse:
    """Whoever approves exports says no; whoever asked takes it back."""
    export = _one(request, code)
    reason = request.POST.get("reason", "")
    if export.by == request.member:
        reason = reason or "Taken back."
    try:
        exporting.refuse(export, reason=reason, by=request.member, at=now())
    except exporting.CannotExport as refusal:
        return _page(request, export, refusal)
    return redirect("privacy:export", code=code)


@require_safe
@member_may("export people")
def file(request: MemberRequest, code: UUID) -> HttpResponse:
    export = _one(request, code)
    try:
        found = exporting.fetch(export, by=request.member, at=now())
    except exporting.CannotExport as refusal:
        return _page(request, export, refusal)
    name = f"people-{export.asked_at:%Y-%m-%d}.zip"
    answer: Any = FileResponse(found.open("rb"), as_attachment=True, filename=name)
    whole: HttpResponse = answer
    return whole


def _visible(request: MemberRequest) -> QuerySet[Export]:
    ours = Export.objects.filter(organisation=request.organisation)
    if not request.reach.may_everywhere("approve exports"):
        ours = ours.filter(by=request.member)
    return ours.select_related("by", "decided_by", "organisation")


def _one(request: MemberRequest, code: UUID) -> Export:
    return get_object_or_404(_visible(request), code=code)


def _page(request: MemberRequest, export: Export, refusal: Exception | None = None) -> HttpResponse:
    known = columns.known(request.organisation, special=True)
    at = now()
    is_waiting = export.decided_at is None and export.expires_at > at
    is_mine = export.by == request.member
    context = {
        "export": export,
        "columns": [known.get(key, key) for key in export.columns],
        "is_waiting": is_waiting,
        "is_mine": is_mine,
        "may_decide": is_waiting
        and not is_mine
        and request.reach.may_everywhere("approve exports"),
        "is_there": bool(export.good_until and export.good_until > at and not export.removed_at),
        "is_coming": export.is_approved and not export.made_at and not export.problem,
        "refusal": refusal,
        "here": "exports",
    }
    is_part = request.headers.get("HX-Target") == "export"
    name = "_export" if is_part else "export"
    return render(request, f"web/privacy/{name}.html", context, status=409 if refusal else 200)


urlpatterns = [
    path("exports/", listing, name="exports"),
    path("exports/ask", ask, name="export_ask"),
    path("exports/<uuid:code>", show, name="export"),
    path("exports/<uuid:code>/approve", approve, name="export_approve"),
    path("exports/<uuid:code>/refuse", refuse, name="export_refuse"),
    path("exports/<uuid:code>/file", file, name="export_file"),
]
