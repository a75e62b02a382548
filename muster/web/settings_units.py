"""Settings: the units, as a tree, each on its place; added, moved, renamed and closed."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.organisations import closing, units
from muster.organisations.models import Role, Unit
from muster.places import unit_moves
from muster.places.models import Place
from muster.web import settings_reach
from muster.web.members import MemberRequest, member_may
from muster.web.settings_access_forms import ReasonField
from muster.web.settings_forms import STANDABLE, UnitForm
from muster.web.settings_reach import gives_access
from muster.web.unit_tree import tree

in_charge = member_may("change settings", everywhere=True)


class CloseForm(forms.Form):
    into = forms.ModelChoiceField(
        Unit.objects.none(),
        required=False,
        label="Its members",
        empty_label="Their roles here end",
        help_text="Or they get the same roles in another unit, and see what it sees.",
    )
    reason = ReasonField()

    def __init__(self, *args: Any, unit: Unit, **more: Any) -> None:
        super().__init__(*args, **{"auto_id": "close-%s", **more})
        others = unit.organisation.units.filter(closed_at=None).exclude(pk=unit.pk)
        self.fields["into"].queryset = others.order_by("name")  # type: ignore[attr-defined]


@require_safe
@gives_access
def listing(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    found = tree(settings_reach.units(request), at=now)
    closed = request.organisation.units.exclude(closed_at=None).order_by("-closed_at")
    context = {
        **found,
        "is_whole": settings_reach.is_whole(request),
        "closed": closed if settings_reach.is_whole(request) else [],
        "here": "units",
    }
    return render(request, "web/settings/units.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def add(request: MemberRequest) -> HttpResponse:
    office = request.organisation.units.filter(kind=Unit.Kind.HEAD_OFFICE).first()
    initial = {"kind": Unit.Kind.SEAT, "parent": office}
    form = UnitForm(request.POST or None, organisation=request.organisation, initial=initial)
    return _settle(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def change(request: MemberRequest, pk: int) -> HttpResponse:
    unit = _unit(request, pk)
    place = Place.objects.filter(code=unit.place_code).first()
    initial = {
        "name": unit.name,
        "kind": unit.kind,
        "parent": unit.parent_id,
        "place": place.name if place else unit.place_code,
    }
    form = UnitForm(request.POST or None, organisation=request.organisation, initial=initial)
    return _settle(request, form, unit)


@require_POST
@in_charge
def close(request: MemberRequest, pk: int) -> HttpResponse:
    unit = _unit(request, pk)
    form = CloseForm(request.POST, unit=unit)
    refusal: Exception | None = None
    if form.is_valid():
        try:
            closing.close(unit, **form.cleaned_data, by=request.member, at=timezone.now())
        except units.CannotSettle as problems:
            refusal = problems
        else:
            messages.success(request, f"{unit.name} is closed. Its members have been told.")
            return redirect("settings:units")
    else:
        refusal = units.CannotSettle(*[text for each in form.errors.values() for text in each])
    shown = UnitForm(
        organisation=request.organisation,
        initial={"name": unit.name, "kind": unit.kind, "parent": unit.parent_id},
    )
    return _page(request, shown, unit, refusal)


def _unit(request: MemberRequest, pk: int) -> Unit:
    ours = Unit.objects.filter(organisation=request.organisation)
    return get_object_or_404(ours.select_related("organisation"), pk=pk)


def _settle(request: MemberRequest, form: UnitForm, unit: Unit | None) -> HttpResponse:
    refusal = None
    if request.method == "POST" and form.is_valid():
        if unit is not None and (warning := _unconfirmed(request, form, unit)):
            return _page(request, form, unit, None, warning)
        try:
            if unit is None:
                units.add(request.organisation, form.asked(), by=request.member, at=timezone.now())
            else:
                units.change(unit, form.asked(), by=request.member, at=timezone.now())
        except units.CannotSettle as problems:
            refusal = problems
        else:
            messages.success(request, f"{form.cleaned_data['name']} is kept.")
            return redirect("settings:units")
    return _page(request, form, unit, refusal)


def _unconfirmed(request: MemberRequest, form: UnitForm, unit: Unit) -> unit_moves.Warning | None:
    """What the move takes from somebody, unless they confirmed exactly that."""
    warning = unit_moves.warning_of(unit, form.asked(), at=timezone.now())
    is_sure = request.POST.get("sure") == warning.sure
    return warning if warning.lines and not is_sure else None


def _page(
    request: MemberRequest,
    form: UnitForm,
    unit: Unit | None,
    refusal: Exception | None,
    warning: unit_moves.Warning | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "refusal": refusal, "unit": unit, "here": "units"}
    context["warning"] = warning
    context["places"] = (
        Place.objects.filter(kind__in=STANDABLE).order_by("name").only("name", "kind")
    )
    if unit is not None:
        standing = Role.objects.in_force(timezone.now()).filter(unit=unit)
        context["standing"] = standing.select_related("member").order_by("member__name")
        context["beneath"] = unit.children.filter(closed_at=None).count()
        context["place"] = Place.objects.filter(code=unit.place_code).first()
        if unit.kind != Unit.Kind.HEAD_OFFICE and unit.closed_at is None:
            context["close_form"] = CloseForm(unit=unit)
    return render(request, "web/settings/unit.html", context)


urlpatterns = [
    path("units/", listing, name="units"),
    path("units/add", add, name="unit_add"),
    path("units/<int:pk>", change, name="unit"),
    path("units/<int:pk>/close", close, name="unit_close"),
]
