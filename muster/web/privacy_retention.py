"""Privacy, retention: what goes by itself and when, shown before it is switched on (DP-5)."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.lib.times import now
from muster.privacy import retaining
from muster.privacy.models import Purge, RetentionRule
from muster.web.members import MemberRequest, member_may
from muster.web.number_fields import WholeNumberField

guards = member_may("handle privacy", everywhere=True)


class DaysForm(forms.Form):
    days = WholeNumberField(
        min_value=1,
        max_value=36_500,
        label="Keep it for so many days",
        help_text="730 days are two years.",
    )


@require_safe
@guards
def retention(request: MemberRequest) -> HttpResponse:
    rules = {rule.kind: rule for rule in _ours(request)}
    gone = Purge.objects.filter(rule__organisation=request.organisation)
    totals = dict(gone.values_list("rule__kind").annotate(Sum("gone")))
    rows = [
        {"kept": kept, "rule": rules.get(kept.key), "gone": totals.get(kept.key, 0)}
        for kept in retaining.kinds()
    ]
    context = {
        "rows": rows,
        "on": sum(1 for rule in rules.values() if rule.paused_at is None),
        "here": "retention",
    }
    return render(request, "web/privacy/retention.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guards
def rule(request: MemberRequest, kind: str) -> HttpResponse:
    """What would go tonight; a POST switches it on, or on with other days that were looked at.

    Asked with days other than the page showed, it shows those first.
    """
    kept = retaining.kind(kind)
    if kept is None:
        raise Http404
    standing = _ours(request).filter(kind=kind).first()
    given: dict[str, Any] = {"days": standing.days if standing else kept.days}
    asked = request.POST or ({"days": request.GET["days"]} if "days" in request.GET else None)
    form = DaysForm(asked, initial=given)
    days = form.cleaned_data["days"] if form.is_valid() else given["days"]
    is_seen = "look" not in request.POST and request.POST.get("seen") == str(days)
    if request.method == "POST" and form.is_valid() and is_seen:
        retaining.switch_on(request.organisation, kind, days=days, by=request.member, at=now())
        messages.success(request, "On. What is older goes from tonight on.")
        return redirect("privacy:retention")
    before = now() - timedelta(days=days)
    context = {
        "kept": kept,
        "rule": standing,
        "form": form,
        "days": days,
        "is_other": request.method == "POST" and form.is_valid() and "look" not in request.POST,
        "before": before,
        "count": kept.count(request.organisation, before),
        "sample": kept.sample(request.organisation, before),
        "purges": standing.purges.order_by("-began_at")[:12] if standing else [],
        "here": "retention",
    }
    return render(request, "web/privacy/retention_rule.html", context)


@require_POST
@guards
def turn(request: MemberRequest, kind: str) -> HttpResponse:
    """Pause a rule, let it go on, or switch it off."""
    found = get_object_or_404(_ours(request), kind=kind)
    acts = {"pause": retaining.pause, "go on": retaining.go_on, "off": retaining.switch_off}
    if act := acts.get(request.POST.get("to", "")):
        act(found, by=request.member, at=now())
    return redirect("privacy:retention_rule", kind=kind)


def _ours(request: MemberRequest) -> Any:
    found = RetentionRule.objects.filter(organisation=request.organisation)
    return found.select_related("organisation", "on_by", "paused_by")


urlpatterns = [
    path("retention", retention, name="retention"),
    path("retention/<slug:kind>", rule, name="retention_rule"),
    path("retention/<slug:kind>/turn", turn, name="retention_turn"),
]
