"""Settings: in whose name things are sent, with the imprint as people will read it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.compliance import imprints
from muster.compliance.rules import Promoter
from muster.organisations import campaigners
from muster.organisations.models import Campaigner
from muster.organisations.units import CannotSettle
from muster.places.models import Place
from muster.web.members import MemberRequest, member_may
from muster.web.settings_forms import STANDABLE, CampaignerForm

in_charge = member_may("change settings", everywhere=True)


@require_safe
@in_charge
def listing(request: MemberRequest) -> HttpResponse:
    found = list(request.organisation.campaigners.order_by("kind", "name"))
    names = dict(
        Place.objects.filter(code__in=[c.place_code for c in found]).values_list("code", "name")
    )
    rows: list[dict[str, Any]] = [
        {"campaigner": c, "place": names.get(c.place_code, "")} for c in found
    ]
    wanted = request.GET.get("q", "").strip().lower()
    if wanted:
        rows = [r for r in rows if wanted in f"{r['campaigner'].name} {r['place']}".lower()]
    context = {"rows": rows, "total": len(found), "wanted": wanted, "here": "campaigners"}
    return render(request, "web/settings/campaigners.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def add(request: MemberRequest) -> HttpResponse:
    form = CampaignerForm(request.POST or None, initial={"kind": Campaigner.Kind.CANDIDATE})
    return _settle(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def change(request: MemberRequest, pk: int) -> HttpResponse:
    known = get_object_or_404(Campaigner, organisation=request.organisation, pk=pk)
    place = Place.objects.filter(code=known.place_code).first()
    names = ["kind", "name", "promoter", "address", "on_behalf_of", "on_behalf_address"]
    initial = {name: getattr(known, name) for name in names}
    initial["place"] = place.name if place else known.place_code
    return _settle(request, CampaignerForm(request.POST or None, initial=initial), known)


@require_POST
@in_charge
def preview(request: MemberRequest) -> HttpResponse:
    """The imprint as it would read, while it is being typed."""
    given = {name: request.POST.get(name, "").strip() for name in IMPRINT}
    return render(request, "web/settings/_imprint.html", {"line": _line(given)})


IMPRINT = ("promoter", "address", "on_behalf_of", "on_behalf_address")


def _line(given: dict[str, str]) -> str:
    promoter = Promoter(
        given["promoter"], given["address"], given["on_behalf_of"], given["on_behalf_address"]
    )
    return imprints.line(promoter)


def _settle(request: MemberRequest, form: CampaignerForm, known: Campaigner | None) -> HttpResponse:
    refusal = None
    if request.method == "POST" and form.is_valid():
        asked, by, at = form.asked(), request.member, timezone.now()
        try:
            if known is None:
                campaigners.add(request.organisation, asked, by=by, at=at)
            else:
                campaigners.change(known, asked, by=by, at=at)
        except CannotSettle as problems:
            refusal = problems
        else:
            messages.success(request, f"{asked.name} is kept, with this imprint.")
            return redirect("settings:campaigners")
    given = {name: str(form[name].value() or "").strip() for name in IMPRINT}
    context = {
        "form": form,
        "refusal": refusal,
        "known": known,
        "line": _line(given),
        "places": Place.objects.filter(kind__in=STANDABLE).order_by("name").only("name", "kind"),
        "here": "campaigners",
    }
    return render(request, "web/settings/campaigner.html", context)


urlpatterns = [
    path("campaigners/", listing, name="campaigners"),
    path("campaigners/add", add, name="campaigner_add"),
    path("campaigners/imprint", preview, name="imprint"),
    path("campaigners/<int:pk>", change, name="campaigner"),
]
