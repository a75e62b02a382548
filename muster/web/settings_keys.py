"""Settings: the keys by which programs come in."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.organisations import api_keys
from muster.organisations.models import ApiKey
from muster.web.key_forms import KeyForm
from muster.web.members import MemberRequest, member_may

in_charge = member_may("change settings", everywhere=True)


@require_safe
@in_charge
def listing(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    keys = request.organisation.api_keys.select_related("made_by", "unit", "revoked_by")
    found = list(keys.order_by("-made_at"))
    open_keys = [k for k in found if k.is_in_force(now) and not k.made_by.ended_at]
    context = {
        "open": open_keys,
        "closed": [key for key in found if key not in open_keys],
        "soon": api_keys.running_out(request.organisation, at=now),
        "until_soon": now + api_keys.SOON,
        "here": "keys",
    }
    return render(request, "web/settings/keys.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def make(request: MemberRequest) -> HttpResponse:
    """A form; once it is filled in, the key itself, shown this once and kept nowhere."""
    now = timezone.now()
    form = KeyForm(
        request.POST or None,
        organisation=request.organisation,
        initial={"until": (now + timedelta(days=180)).date()},
    )
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            key, said = api_keys.make(request.organisation, form.asked(), by=request.member, at=now)
        except api_keys.CannotMake as problems:
            refusal = problems
        else:
            context = {"key": key, "said": said, "here": "keys"}
            return render(request, "web/settings/key_made.html", context)
    context = {"form": form, "refusal": refusal, "here": "keys"}
    return render(request, "web/settings/key_make.html", context)


@require_POST
@in_charge
def revoke(request: MemberRequest, code: str) -> HttpResponse:
    key = get_object_or_404(ApiKey, organisation=request.organisation, code=code)
    api_keys.revoke(key, by=request.member, at=timezone.now())
    messages.success(request, f"“{key.name}” opens nothing any more.")
    return redirect("settings:keys")


urlpatterns = [
    path("keys/", listing, name="keys"),
    path("keys/make", make, name="key_make"),
    path("keys/<uuid:code>/revoke", revoke, name="key_revoke"),
]
