"""Privacy, the law we rely on: which condition lets us hold political opinions at all (DP-9)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from muster.lib.times import now
from muster.organisations import conditions
from muster.organisations.models import LegalCondition
from muster.organisations.units import CannotSettle
from muster.people.models import CustomField
from muster.web.members import MemberRequest, member_may
from muster.web.privacy_forms import ConditionForm

guards = member_may("handle privacy", everywhere=True)


@require_http_methods(["GET", "HEAD", "POST"])
@guards
def condition(request: MemberRequest) -> HttpResponse:
    form, refusal = ConditionForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            conditions.settle(
                request.organisation, **form.cleaned_data, by=request.member, at=now()
            )
        except CannotSettle as problems:
            refusal = problems
        else:
            messages.success(request, "It holds from now on.")
            return redirect("privacy:condition")
    ours = LegalCondition.objects.filter(organisation=request.organisation)
    special = CustomField.objects.filter(organisation=request.organisation, is_special=True)
    context = {
        "form": form,
        "refusal": refusal,
        "standing": conditions.standing(request.organisation),
        "past": ours.exclude(ended_at=None).select_related("by", "ended_by").order_by("-at"),
        "fields": list(special.filter(retired_at=None).order_by("name")),
        "here": "condition",
    }
    return render(request, "web/privacy/condition.html", context)


@require_POST
@guards
def end(request: MemberRequest) -> HttpResponse:
    conditions.end(request.organisation, by=request.member, at=now())
    messages.success(request, "Nothing special may be recorded from now on.")
    return redirect("privacy:condition")


urlpatterns = [
    path("condition", condition, name="condition"),
    path("condition/end", end, name="condition_end"),
]
