"""Settings: the units, as a tree, each on its place."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from muster.organisations import units
from muster.organisations.models import Organisation, Unit
from muster.places.models import Place
from muster.web.members import MemberRequest, member_may
from muster.web.settings_forms import STANDABLE, UnitForm

in_charge = member_may("change settings", everywhere=True)


@require_safe
@in_charge
def listing(request: MemberRequest) -> HttpResponse:
    rows = list(tree(request.organisation))
    return render(request, "web/settings/units.html", {"rows": rows, "here": "units"})


def tree(organisation: Organisation) -> Iterator[dict[str, Any]]:
    """Every unit once, parents before children: unit, depth, the name of its place, members."""
    everyone = list(organisation.units.order_by("name").prefetch_related("roles"))
    codes = [unit.place_code for unit in everyone]
    places = dict(Place.objects.filter(code__in=codes).values_list("code", "name"))
    now = timezone.now()

    def beneath(parent_id: int | None, depth: int) -> Iterator[dict[str, Any]]:
        for unit in everyone:
            if unit.parent_id == parent_id:
                standing = {r.member_id for r in unit.roles.all() if _is_in_force(r, now)}
                place = places.get(unit.place_code, "")
                yield {"unit": unit, "depth": depth, "place": place, "members": len(standing)}
                yield from beneath(unit.pk, depth + 1)

    return beneath(None, 0)


def _is_in_force(role: Any, now: Any) -> bool:
    return role.revoked_at is None and (role.expires_at is None or role.expires_at > now)


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
    unit = get_object_or_404(Unit, organisation=request.organisation, pk=pk)
    place = Place.objects.filter(code=unit.place_code).first()
    initial = {
        "name": unit.name,
        "kind": unit.kind,
        "parent": unit.parent_id,
        "place": place.name if place else unit.place_code,
    }
    form = UnitForm(request.POST or None, organisation=request.organisation, initial=initial)
    return _settle(request, form, unit)


def _settle(request: MemberRequest, form: UnitForm, unit: Unit | None) -> HttpResponse:
    refusal = None
    if request.method == "POST" and form.is_valid():
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
    places = Place.objects.filter(kind__in=STANDABLE).order_by("name").only("name", "kind")
    context = {"form": form, "refusal": refusal, "unit": unit, "places": places, "here": "units"}
    return render(request, "web/settings/unit.html", context)


urlpatterns = [
    path("units/", listing, name="units"),
    path("units/add", add, name="unit_add"),
    path("units/<int:pk>", change, name="unit"),
]
