"""Privacy, breaches: written down, decided on within 72 hours, and kept (DP-33)."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.lib.times import now
from muster.privacy import breach_rules as rules
from muster.privacy import breaches
from muster.privacy.models import Breach
from muster.web.members import MemberRequest, member_may
from muster.web.number_fields import WholeNumberField
from muster.web.webhook_forms import MomentField

guards = member_may("handle privacy", everywhere=True)


def _text(label: str, help_text: str, *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what happened."},
    )


class BreachForm(forms.Form):
    found_at = MomentField(
        label="When did anybody of yours first know of it?",
        help_text="The 72 hours count from this moment, not from when it happened.",
    )
    what = _text("What happened", "Lost, sent to the wrong person, read, changed.", required=True)
    affected = _text("Whose data, and which", "Supporters of Stroud: names and e-mail addresses.")
    people = WholeNumberField(
        label="About how many people",
        required=False,
        min_value=0,
        max_value=100_000_000,
        help_text="Empty: not known yet.",
    )
    consequences = _text("What may come of it for them", "")
    measures = _text("What you did and shall do about it", "")


@require_http_methods(["GET", "HEAD", "POST"])
@guards
def add(request: MemberRequest) -> HttpResponse:
    here = timezone.localtime(now())
    form, refusal = BreachForm(request.POST or None, initial={"found_at": here}), None
    if request.method == "POST" and form.is_valid():
        try:
            breach = breaches.write_down(
                request.organisation,
                breaches.Happened(**form.cleaned_data),
                by=request.member,
                at=now(),
            )
        except breaches.CannotKeep as problems:
            refusal = problems
        else:
            messages.success(request, "The clock runs.")
            return redirect("privacy:breach", code=breach.code)
    context = {"form": form, "refusal": refusal, "here": "cases"}
    status = 422 if request.method == "POST" else 200
    return render(request, "web/privacy/breach_add.html", context, status=status)


@require_safe
@guards
def show(request: MemberRequest, code: UUID) -> HttpResponse:
    return _page(request, _one(request, code))


@require_POST
@guards
def step(request: MemberRequest, code: UUID) -> HttpResponse:
    breach = _one(request, code)
    what, words = request.POST.get("what", ""), request.POST.get("words", "")[:5000]
    try:
        breaches.step(breach, what, words=words, by=request.member, at=now())
    except breaches.CannotKeep as refusal:
        return _page(request, breach, refusal)
    messages.success(request, "Written down.")
    return redirect("privacy:breach", code=code)


@require_safe
@guards
def report(request: MemberRequest, code: UUID) -> HttpResponse:
    """A draft for the Commissioner, to be read before it goes."""
    breach = _one(request, code)
    answer = HttpResponse(breaches.report(breach, now()), content_type="text/plain; charset=utf-8")
    name = f"breach-{breach.found_at:%Y-%m-%d}-draft.txt"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _page(request: MemberRequest, breach: Breach, refusal: Exception | None = None) -> HttpResponse:
    context = {
        "breach": breach,
        "standing": breaches.standing_of(breach, now()),
        "steps": sorted(breach.steps.all(), key=lambda step: step.pk, reverse=True),
        "rules": {
            "told_commissioner": rules.TOLD_COMMISSIONER,
            "need_not_commissioner": rules.NEED_NOT_COMMISSIONER,
            "told_people": rules.TOLD_PEOPLE,
            "need_not_people": rules.NEED_NOT_PEOPLE,
        },
        "words": request.POST.get("words", ""),
        "refusal": refusal,
        "here": "cases",
    }
    return render(request, "web/privacy/breach.html", context, status=409 if refusal else 200)


def _one(request: MemberRequest, code: UUID) -> Breach:
    return get_object_or_404(breaches.all_of(request.organisation), code=code)


urlpatterns = [
    path("breaches/add", add, name="breach_add"),
    path("breaches/<uuid:code>", show, name="breach"),
    path("breaches/<uuid:code>/step", step, name="breach_step"),
    path("breaches/<uuid:code>/report", report, name="breach_report"),
]
