"""Settings: how often people are written to at most, and how fast each account may send."""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from muster.channels.models import EmailAccount
from muster.lib.times import now
from muster.messaging.models import Cap, Pace
from muster.messaging.pace import limiting, rules, warming
from muster.web.members import MemberRequest, member_may

in_charge = member_may("change settings", everywhere=True)


@dataclass(frozen=True)
class Line:
    """One account: its warm-up, if it is in one, and what was learnt of its pace."""

    account: EmailAccount
    warm: warming.Standing | None
    paces: list[Pace]


class CapForm(forms.Form):
    """Both, or neither: no limit of our own."""

    most = forms.IntegerField(label="Messages", min_value=1, max_value=100, required=False)
    days = forms.IntegerField(label="in so many days", min_value=1, max_value=366, required=False)

    def clean(self) -> dict[str, int | None]:
        said = super().clean() or {}
        if not self.errors and bool(said.get("most")) != bool(said.get("days")):
            self.add_error("days", "Say both, how many and in how many days; or neither.")
        return said


@require_safe
@in_charge
def show(request: MemberRequest) -> HttpResponse:
    cap = Cap.objects.filter(organisation=request.organisation).first()
    initial = {"most": cap.most, "days": cap.days} if cap else {}
    return _draw(request, CapForm(initial=initial))


def _draw(request: MemberRequest, form: CapForm, status: int = 200) -> HttpResponse:
    at = now()
    accounts = EmailAccount.objects.filter(organisation=request.organisation).order_by("name")
    context = {
        "form": form,
        "cap": Cap.objects.filter(organisation=request.organisation).first(),
        "lines": [line_of(account, at) for account in accounts.select_related("organisation")],
        "steps": [rules.ceiling(day) for day in range(6)],
        "at": at,
        "here": "email",
    }
    return render(request, "web/settings/pace.html", context, status=status)


def line_of(account: EmailAccount, at: datetime) -> Line:
    warm_up = warming.of(account)
    standing = warming.standing(warm_up, at) if warm_up else None
    return Line(account, standing, list(account.paces.order_by("domain")))


@require_POST
@in_charge
def limit(request: MemberRequest) -> HttpResponse:
    """Keep the organisation's own limit, or none."""
    form = CapForm(request.POST)
    if not form.is_valid():
        return _draw(request, form, status=422)
    said = form.cleaned_data
    limiting.keep(request.organisation, said["most"], said["days"], by=request.member, at=now())
    words = "The limit is kept." if said["most"] else "There is no limit of your own any more."
    messages.success(request, words)
    return redirect("settings:pace")


@require_POST
@in_charge
def warm(request: MemberRequest, pk: int) -> HttpResponse:
    """Begin an account's warm-up, or end it."""
    account = _one(request, pk)
    if request.POST.get("end"):
        warming.end(account)
        messages.success(request, f"{account.name} sends as many as it takes from now on.")
    else:
        warming.begin(account, by=request.member, at=now())
        messages.success(request, f"{account.name} warms up: few today, more each day.")
    return redirect("settings:pace")


@require_POST
@in_charge
def forget(request: MemberRequest, pk: int) -> HttpResponse:
    """Forget what was learnt of an account's pace: it is learnt anew."""
    limiting.forget(_one(request, pk))
    return redirect("settings:pace")


def _one(request: MemberRequest, pk: int) -> EmailAccount:
    ours = EmailAccount.objects.filter(organisation=request.organisation)
    return get_object_or_404(ours.select_related("organisation"), pk=pk)


urlpatterns = [
    path("pace", show, name="pace"),
    path("pace/limit", limit, name="pace_limit"),
    path("pace/<int:pk>/warm-up", warm, name="pace_warm_up"),
    path("pace/<int:pk>/forget", forget, name="pace_forget"),
]
