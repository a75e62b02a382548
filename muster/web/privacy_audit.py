"""The audit, for the data lead: every entry in words, by kind, member, whom it is about and day."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from muster.lib import csv_cells
from muster.lib.times import now
from muster.lib.words import counted
from muster.organisations import auditing, heads
from muster.organisations.models import AuditEntry
from muster.web.audit_forms import AuditFilter
from muster.web.audit_words import in_words
from muster.web.members import MemberRequest, member_may

SHOWN = 100
AT_ONCE = 1_000
READ = "audit exported"
HEADER = ("number", "at", "kind", "member", "about", "about_id", "reason", "codes", "hash")
may_read = member_may("see audit", everywhere=True)


@require_safe
@may_read
def audit(request: MemberRequest) -> HttpResponse:
    """The newest first; `before` goes on to what is older."""
    form = AuditFilter(request.GET, organisation=request.organisation)
    found = form.narrowed(_ours(request))
    total, rows = found.count(), list(form.page(found)[: SHOWN + 1])
    query = request.GET.copy()
    if len(rows) > SHOWN:
        query["before"] = str(rows[SHOWN - 1].number)
    ends = list(heads.written(request.organisation))
    context = {
        "form": form,
        "entries": in_words(request.organisation, rows[:SHOWN]),
        "total": total,
        "is_narrowed": form.is_narrowed(),
        "older": query.urlencode() if len(rows) > SHOWN else "",
        "query": request.GET.urlencode(),
        "written": ends[-1] if ends else None,
        "here": "audit",
    }
    return render(request, "web/privacy/audit.html", context)


@require_POST
@may_read
def verify(request: MemberRequest) -> HttpResponse:
    """Go through the whole chain now."""
    verdict = heads.verify(request.organisation)
    if verdict.holds:
        whole = counted(verdict.number, "entry", "entries")
        messages.success(request, f"The chain holds: {whole}, ending in {verdict.hash[:12]}.")
        return redirect("privacy:audit")
    return render(request, "web/privacy/audit_broken.html", {"verdict": verdict, "here": "audit"})


@require_safe
@may_read
def export(request: MemberRequest) -> HttpResponse:
    """The entries of the filter as a CSV. Taking them out is an entry itself."""
    form = AuditFilter(request.GET, organisation=request.organisation)
    found = form.narrowed(_ours(request)).order_by("number")
    auditing.note(READ, request.organisation, by=request.member, at=now(), entries=found.count())
    answer: Any = StreamingHttpResponse(
        csv_cells.rows(HEADER, _lines(found)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="audit.csv"'},
    )
    whole: HttpResponse = answer
    return whole


def _lines(entries: QuerySet[AuditEntry]) -> Iterator[tuple[Any, ...]]:
    for e in entries.select_related("member").iterator(AT_ONCE):
        member = e.member.name if e.member else ""
        at = e.at.isoformat()
        yield e.number, at, e.kind, member, e.about_kind, e.about_id, e.reason, e.codes, e.hash


def _ours(request: MemberRequest) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(organisation=request.organisation)


urlpatterns = [
    path("audit", audit, name="audit"),
    path("audit/verify", verify, name="audit_verify"),
    path("audit.csv", export, name="audit_csv"),
]
