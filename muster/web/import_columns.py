"""An upload's columns: what each is, ten rows as they will be, then the count of the whole file."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from muster.lib.times import now
from muster.people.imports import (
    choosing,
    clearing,
    encodings,
    guessing,
    mailchimp,
    mapping,
    opening,
    samples,
)
from muster.people.imports.mapping import Choice, Options
from muster.people.imports.saving import CannotImport
from muster.people.models import Channel, Import, Wording
from muster.web.import_forms import choices_from, columns_of, options_from
from muster.web.members import MemberRequest, member_may

WINNABLE = frozenset({"given_name", "middle_name", "family_name", "full_name"})
"""Columns that may overwrite what is known, beside those of the organisation's own fields."""
may_import = member_may("import people", everywhere=True)


def ours(request: MemberRequest, pk: int) -> Import:
    kept = Import.objects.filter(organisation=request.organisation).select_related(
        "by", "organisation"
    )
    return get_object_or_404(kept, pk=pk)


@require_http_methods(["GET", "POST"])
@may_import
def columns(request: MemberRequest, pk: int) -> HttpResponse:
    """Choose what each column is; POST settles them and has the file counted."""
    taken = ours(request, pk)
    if taken.state not in choosing.CHOOSABLE:
        return redirect("imports:show", pk=pk)
    if request.method != "POST":
        kept = mapping.choices_of(taken.choices), mapping.options_of(taken.options)
        return render(request, "web/imports/columns.html", _page(taken, *kept))
    choices, options = choices_from(request.POST, taken), options_from(request.POST, taken)
    try:
        choosing.choose(taken, choices, options, by=request.member, at=now())
    except CannotImport as refusal:
        context = _page(taken, choices, options) | {"refusal": refusal}
        return render(request, "web/imports/columns.html", context, status=422)
    return redirect("imports:show", pk=pk)


@require_POST
@may_import
def rows(request: MemberRequest, pk: int) -> HttpResponse:
    """The same page with what is chosen just now; nothing is kept."""
    taken = ours(request, pk)
    if taken.state not in choosing.CHOOSABLE:
        return redirect("imports:show", pk=pk)
    context = _page(taken, choices_from(request.POST, taken), options_from(request.POST, taken))
    name = "_mapper" if request.headers.get("HX-Target") == "mapper" else "columns"
    return render(request, f"web/imports/{name}.html", context)


@require_POST
@may_import
def read_as(request: MemberRequest, pk: int) -> HttpResponse:
    """Open the file again in the encoding chosen."""
    taken, encoding = ours(request, pk), request.POST.get("encoding", "")
    if encoding in encodings.NAMES:
        try:
            choosing.read_as(taken, encoding)
        except CannotImport as refusal:
            messages.error(request, f"It cannot be read so. {refusal}")
    return redirect("imports:columns", pk=pk)


@require_POST
@may_import
def read_sheet(request: MemberRequest, pk: int) -> HttpResponse:
    """Open another sheet of the workbook."""
    choosing.read_sheet(ours(request, pk), request.POST.get("sheet", ""))
    return redirect("imports:show", pk=pk)


@require_POST
@may_import
def correct(request: MemberRequest, pk: int) -> HttpResponse:
    """Addresses that seem mistyped come in as they were meant, or as typed after all."""
    sent = request.POST
    accepted, taken_back = sent.getlist("slip"), sent.getlist("as_typed")
    taken = ours(request, pk)
    if accepted or taken_back:
        choosing.correct(taken, accepted or taken_back, is_slip=bool(accepted))
    return redirect("imports:show", pk=pk)


@require_POST
@may_import
def choose_again(request: MemberRequest, pk: int) -> HttpResponse:
    choosing.choose_again(ours(request, pk))
    return redirect("imports:columns", pk=pk)


@require_POST
@may_import
def take(request: MemberRequest, pk: int) -> HttpResponse:
    """Take in what was counted."""
    choosing.take(ours(request, pk), by=request.member, at=now())
    return redirect("imports:show", pk=pk)


@require_POST
@may_import
def put_away(request: MemberRequest, pk: int) -> HttpResponse:
    """Remove a file before anything of it is taken in."""
    clearing.put_away(ours(request, pk), by=request.member, at=now())
    messages.success(request, "Put away. The file is gone from this machine.")
    return redirect("imports:list")


def _page(taken: Import, choices: list[Choice], options: Options) -> dict[str, Any]:
    """Everything the page shows, for these choices."""
    problems = choosing.problems_of(taken, choices, options)
    taken.choices, taken.options = mapping.kept(choices), options.kept()
    shown = samples.first_rows(taken) if taken.heading else []
    is_old = taken.kind == "csv" and not taken.encoding.startswith("utf")
    return columns_of(taken, choices, opening.fields_of(taken)) | {
        "taken": taken,
        "problems": problems,
        "shown": shown,
        "refused_here": sum(bool(one.problems) for one in shown),
        "program": guessing.PRESETS.get(taken.preset, ""),
        "options": options,
        "asks_status": taken.preset == "mailchimp" and not _has_status(choices),
        "statuses": mailchimp.STATUSES,
        "encodings": encodings.NAMES if is_old else {},
        "sheets": taken.sheets if len(taken.sheets) > 1 else [],
        "asks_who_wins": bool({c.target for c in choices} & WINNABLE) or _has_fields(choices),
        "proofs": _proofs(taken, choices, options),
    }


def _has_fields(choices: list[Choice]) -> bool:
    return any(choice.target.startswith(mapping.FIELD) for choice in choices)


def _has_status(choices: list[Choice]) -> bool:
    return any(choice.target == "email_status" for choice in choices)


def _proofs(taken: Import, choices: list[Choice], options: Options) -> list[dict[str, Any]]:
    """For each channel that columns say yes to, the words its yeses could have been given to."""
    targets = {choice.target for choice in choices}
    found = []
    for channel in Channel.values:
        says = {f"{channel}_consent", f"{channel}_status"} & targets
        if says or (channel == Channel.EMAIL and options.status == "subscribed"):
            wordings = Wording.objects.filter(
                organisation_id=taken.organisation_id, channel=channel, purpose="marketing"
            ).order_by("-pk")
            proof = options.proof.get(channel, {})
            found.append(
                {
                    "channel": channel,
                    "name": mapping.ASKED[channel],
                    "wordings": wordings,
                    "wording": proof.get("wording", ""),
                    "source": proof.get("source", ""),
                    "is_dated": f"{channel}_consent_at" in targets,
                }
            )
    return found


urlpatterns = [
    path("<int:pk>/columns", columns, name="columns"),
    path("<int:pk>/rows", rows, name="rows"),
    path("<int:pk>/read-as", read_as, name="read_as"),
    path("<int:pk>/sheet", read_sheet, name="read_sheet"),
    path("<int:pk>/correct", correct, name="correct"),
    path("<int:pk>/choose-again", choose_again, name="choose_again"),
    path("<int:pk>/take", take, name="take"),
    path("<int:pk>/put-away", put_away, name="put_away"),
]
