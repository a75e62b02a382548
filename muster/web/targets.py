"""Targets: lists of the seats worth the work, made from any party's results."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.lib import csv_cells
from muster.lib.hexmap import Cell
from muster.places import rules, targets
from muster.places.models import Place, Target, TargetList
from muster.places.swings import Leads
from muster.web.members import MemberRequest, member_may
from muster.web.seat_rows import supporters_by_seat
from muster.web.seat_shading import tint
from muster.web.target_forms import TargetsForm

NAMED = 12
COLUMNS = (
    "rank",
    "code",
    "seat",
    "lead",
    "swing_needed",
    "chance",
    "gain_per_100_hours",
    "lead_points_uniform_swing",
    "lead_points_proportional_swing",
)


@require_safe
@member_may("see targets")
def listing(request: MemberRequest) -> HttpResponse:
    among = request.reach.seats("see targets")
    in_force = TargetList.objects.in_force(request.organisation)
    lists = [
        {"list": one, "sentence": targets.sentence(one, among), "is_in_force": one == in_force}
        for one in _ours(request)
    ]
    context = {
        "lists": lists,
        "in_force": next((one for one in lists if one["is_in_force"]), None),
        "may_change": request.reach.may_everywhere("change targets"),
    }
    return render(request, "web/targets/list.html", context)


def _ours(request: MemberRequest) -> Any:
    kept = TargetList.objects.filter(organisation=request.organisation)
    return kept.select_related("party", "election", "made_by", "chosen_by").order_by("-made_at")


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("change targets", everywhere=True)
def make(request: MemberRequest) -> HttpResponse:
    in_force = TargetList.objects.in_force(request.organisation)
    form = TargetsForm(request.POST or None, party=in_force.party if in_force else None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            made = targets.choose(
                request.organisation,
                name=form.cleaned_data["name"],
                party=form.cleaned_data["party"],
                election=form.cleaned_data["election"],
                inputs=form.inputs(),
                by=request.member,
                at=timezone.now(),
            )
        except targets.CannotChoose as problems:
            refusal = problems
        else:
            messages.success(request, f"Kept: {targets.sentence(made)}")
            return redirect("targets:show", pk=made.pk)
    context = {"form": form, "refusal": refusal, **_preview(_asked(form, request))}
    return render(request, "web/targets/make.html", context)


@require_POST
@member_may("change targets", everywhere=True)
def use(request: MemberRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(_ours(request), pk=pk)
    targets.use(kept, by=request.member, at=timezone.now())
    messages.success(request, f"In use: {kept.name}.")
    return redirect("targets:show", pk=kept.pk)


@require_safe
@member_may("change targets", everywhere=True)
def preview(request: MemberRequest) -> HttpResponse:
    """What the form as it stands would choose; nothing is kept."""
    return render(request, "web/targets/_preview.html", _preview(TargetsForm(request.GET)))


def _asked(form: TargetsForm, request: MemberRequest) -> TargetsForm:
    """The form as sent, or as it first stands: previewed with its own defaults."""
    if form.is_bound:
        return form
    first = {name: form.get_initial_for_field(f, name) for name, f in form.fields.items()}
    first |= {k: getattr(v, "pk", v) for k, v in first.items()}
    return TargetsForm({k: v for k, v in first.items() if v is not None})


def _first_problem(form: TargetsForm) -> str:
    """What stands in the way of a preview, with the field it is about."""
    name, problems = next(iter(form.errors.items()))
    about = f"{form.fields[name].label or name.capitalize()}: " if name in form.fields else ""
    return f"{about}{problems[0]}"


def _preview(form: TargetsForm) -> dict[str, Any]:
    if not form.is_valid():
        return {"sentence": _first_problem(form), "chosen": []}
    found, inputs = form.cleaned_data, form.inputs()
    chosen = rules.choose(targets.reckon(found["party"], found["election"], inputs), inputs)
    places = Place.objects.seats().filter(country=found["election"].country).defer("boundary")
    by_id = {seat.seat_id: seat for seat in chosen}
    return {
        "sentence": rules.in_a_sentence(chosen, inputs, found["party"].name),
        "chosen": chosen[:NAMED],
        "how_many": len(chosen),
        "cells": [
            _cell(place, by_id[place.pk].worth.chance if place.pk in by_id else None)
            for place in places
            if place.hex_q is not None
        ],
    }


def _cell(place: Place, chance: float | None, href: str = "") -> Cell:
    return Cell(
        code=place.code,
        name=place.name,
        q=place.hex_q or 0,
        r=place.hex_r or 0,
        href=href if chance is not None else "",
        fill=tint(chance) if chance is not None else "",
        label="" if chance is None else f"chance {rules.chance_in_words(chance)}",
    )


def _within(request: MemberRequest, kept: TargetList) -> Any:
    """The list's targets this member may see."""
    ours = kept.targets.filter(request.reach.within("see targets", "place_id"))
    return ours.select_related("place__parent").defer("place__boundary", "place__parent__boundary")


@require_safe
@member_may("see targets")
def show(request: MemberRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(_ours(request), pk=pk)
    found: list[Target] = list(_within(request, kept))
    by_id = {t.place_id: t for t in found}
    leads = targets.leads_expected(kept)
    places = Place.objects.seats().filter(country=kept.election.country).defer("boundary")
    context = {
        "list": kept,
        "is_in_force": kept == TargetList.objects.in_force(request.organisation),
        "may_change": request.reach.may_everywhere("change targets"),
        "inputs": targets.inputs_of(kept),
        "spread": targets.inputs_of(kept).spread,
        "sentence": targets.sentence(kept, request.reach.seats("see targets"), leads),
        "rows": _rows(request, found, leads),
        "may_see_people": request.reach.may("see people"),
        "may_see_seats": request.reach.may("see seats"),
        "cells": [
            _cell(
                place,
                by_id[place.pk].chance if place.pk in by_id else None,
                reverse("seats:show", kwargs={"slug": place.slug}),
            )
            for place in places
            if place.hex_q is not None
        ],
    }
    return render(request, "web/targets/show.html", context)


def _rows(
    request: MemberRequest, found: list[Target], leads: Mapping[int, Leads]
) -> list[dict[str, Any]]:
    counts = supporters_by_seat(request.organisation, request.reach)
    return [
        {
            "target": t,
            "people": None if counts is None else counts.get(t.place_id, 0),
            "leads": leads.get(t.place_id),
        }
        for t in found
    ]


@require_safe
@member_may("see targets")
def download(request: MemberRequest, pk: int) -> HttpResponse:
    """The same table as a file for a spreadsheet."""
    kept = get_object_or_404(_ours(request), pk=pk)
    leads = targets.leads_expected(kept)
    body = (
        (
            t.rank,
            t.place.code,
            t.place.name,
            t.lead,
            round(t.swing_needed, 2),
            round(t.chance, 4),
            round(t.gain, 6),
            *_lead_cells(leads.get(t.place_id)),
        )
        for t in _within(request, kept)
    )
    answer = HttpResponse(csv_cells.rows(COLUMNS, body), content_type="text/csv")
    name = slugify(kept.name) or "targets"
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _lead_cells(leads: Leads | None) -> tuple[float | None, float | None]:
    return (round(leads.uniform, 2), round(leads.proportional, 2)) if leads else (None, None)


app_name = "targets"
urlpatterns = [
    path("", listing, name="list"),
    path("make", make, name="make"),
    path("preview", preview, name="preview"),
    path("<int:pk>", show, name="show"),
    path("<int:pk>/use", use, name="use"),
    path("<int:pk>.csv", download, name="download"),
]
