"""Preparing a launch: which seats, which page, which accounts, what money."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from muster.content import masters
from muster.launches import drafting
from muster.lib.times import now
from muster.web.launch_forms import LaunchForm
from muster.web.members import MemberRequest, member_may
from muster.web.message_reach import audiences_for


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("prepare launches", everywhere=True)
def make(request: MemberRequest) -> HttpResponse:
    """Draft it: a master of each kind from the starters, a cut and an item for every seat."""
    form = LaunchForm(request.organisation, request.POST or None, audiences=audiences_for(request))
    refusal: Exception | None = None
    if request.method == "POST" and form.is_valid():
        try:
            launch = drafting.draft(request.organisation, form.asked(), by=request.member, at=now())
            return redirect("launches:show", launch.pk)
        except (drafting.CannotDraft, masters.CannotWrite) as refused:
            refusal = refused
    context = {"form": form, "lacking": form.lacking(), "refusal": refusal}
    status = 200 if request.method != "POST" else 409 if refusal else 422
    return render(request, "web/launches/make.html", context, status=status)
