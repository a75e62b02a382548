"""Settings: who can see or do what in a place, by the rules that decide it."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from muster.organisations.models import Unit
from muster.places.models import Place
from muster.places.scope import seats_beneath
from muster.places.seeing import Seer, who_may
from muster.web.members import MemberRequest
from muster.web.settings_forms import STANDABLE, PlaceField
from muster.web.settings_reach import gives_access, members
from muster.web.sight import ASKABLE

GIVING = "change settings"


class SightForm(forms.Form):
    place = PlaceField(label="Where", help_text="A seat, region or nation, by name.")
    may = forms.ChoiceField(
        choices=[(k, f"may {words}") for k, words in ASKABLE.items()], label="Who"
    )


@require_safe
@gives_access
def who_sees(request: MemberRequest) -> HttpResponse:
    """`?place=Stroud&may=see people`: everyone who may, by which of their roles."""
    asks = "place" in request.GET
    given = {"place": request.GET.get("place", ""), "may": request.GET.get("may", "see people")}
    form = SightForm(given if asks else None, initial=given)
    context: dict[str, Any] = {"form": form, "here": "sight", "places": _within(request)}
    if asks and form.is_valid():
        context |= _answer(request, form)
    return render(request, "web/settings/sight.html", context)


def _answer(request: MemberRequest, form: SightForm) -> dict[str, Any]:
    code, may = form.cleaned_data["place"], form.cleaned_data["may"]
    seats = frozenset(seats_beneath(code))
    ours = request.reach.seats(GIVING)
    if ours is not None and not seats <= ours:
        form.add_error("place", "That place is not within your units.")
        return {}
    seers = who_may(may, seats, request.organisation, at=timezone.now())
    return {
        "place": Place.objects.get(code=code),
        "words": ASKABLE[may],
        "seers": seers,
        "by_level": _levels(seers),
        "theirs": set(members(request).values_list("pk", flat=True)),
        "asked": True,
    }


def _levels(seers: list[Seer]) -> list[tuple[str, int]]:
    """How many through head office, a region, a seat: by the highest unit of each."""
    order = list(Unit.Kind)
    found: dict[Unit.Kind, int] = {}
    for seer in seers:
        highest = min((Unit.Kind(role.unit.kind) for role in seer.roles), key=order.index)
        found[highest] = found.get(highest, 0) + 1
    return [(_through(kind), found[kind]) for kind in order if kind in found]


def _through(kind: Unit.Kind) -> str:
    label = str(kind.label).lower()
    return f"through {label}" if kind == Unit.Kind.HEAD_OFFICE else f"through a {label}"


def _within(request: MemberRequest) -> Any:
    places = Place.objects.filter(kind__in=STANDABLE).order_by("name").only("name", "kind")
    ours = request.reach.seats(GIVING)
    return places if ours is None else places.filter(pk__in=ours)


urlpatterns = [path("who-sees", who_sees, name="sight")]
