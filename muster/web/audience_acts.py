"""A saved audience looked after: its history, what it said once said again, put away, allowed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from muster.audiences import of_places, saving, special
from muster.lib.times import now
from muster.web.audience_reach import said_by, theirs
from muster.web.audience_uses import uses_of
from muster.web.members import MemberRequest, member_may


@require_safe
@member_may("see people")
def history(request: MemberRequest, code: UUID) -> HttpResponse:
    audience = theirs(request, code)
    versions = audience.versions.select_related("by").order_by("-number")
    rows = [
        {"version": one, "sentence": said_by(one.definition, request.organisation)}
        for one in versions
    ]
    context = {
        "audience": audience,
        "rows": rows,
        "uses": uses_of(request, audience),
        "times": audience.freezes.count(),
        "may_change": request.reach.may("change audiences"),
    }
    return render(request, "web/audiences/history.html", context)


@require_POST
@member_may("change audiences")
def restore(request: MemberRequest, code: UUID) -> HttpResponse:
    audience = theirs(request, code)
    number = request.POST.get("number", "")
    try:
        wanted = int(number) if number.isdecimal() and len(number) < 10 else 0
        saving.restore(audience, wanted, by=request.member, at=now())
    except saving.CannotSave as refusal:
        messages.error(request, str(refusal))
        return redirect("audiences:history", code=code)
    messages.success(request, f"It says again what it said in version {number}.")
    return redirect("audiences:show", code=code)


@require_POST
@member_may("change audiences")
def put_away(request: MemberRequest, code: UUID) -> HttpResponse:
    audience = theirs(request, code)
    saving.put_away(audience, by=request.member, at=now())
    messages.success(request, f"“{audience.name}” is put away.")
    return redirect("audiences:list")


@require_POST
@member_may("approve special use", everywhere=True)
def allow(request: MemberRequest, code: UUID) -> HttpResponse:
    """The data lead lets this version choose people by special data."""
    audience = theirs(request, code)
    try:
        special.allow(audience, by=request.member, reason=request.POST.get("reason", ""), at=now())
    except special.NotAllowed as refusal:
        messages.error(request, f"{refusal} Nothing was changed.")
        return redirect("audiences:show", code=code)
    messages.success(request, "Allowed, for this version. The audit keeps it.")
    return redirect("audiences:show", code=code)


@require_safe
@member_may("see people")
def wards(request: MemberRequest) -> HttpResponse:
    """Names of wards for the place form; places are nobody's."""
    names = of_places.wards_like(request.GET.get("ward", "")[:200])
    return render(request, "web/audiences/_wards.html", {"names": names})
