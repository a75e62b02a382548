"""New volunteers: who waits, for whom, and until when. They arrive while you watch."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.actions import leads, rules, sources
from muster.actions.models import Lead
from muster.lib import tickets
from muster.lib.times import now
from muster.organisations.models import Member
from muster.people.contacts import shown_phone
from muster.web.members import MemberRequest, member_may

A_PAGE = 50
WATCH_FOR = 600
VIEWS = {"": "Waiting", "mine": "Mine", "late": "Late", "done": "Spoken to"}


@require_safe
@member_may("see leads")
def listing(request: MemberRequest) -> HttpResponse:
    view = request.GET.get("view", "")
    found = _in_view(request, view if view in VIEWS else "")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    waiting = _in_view(request, "")
    context = {
        "page": page,
        "lines": _lines(request, list(page.object_list)),
        "views": VIEWS,
        "view": view,
        "waiting": waiting.count(),
        "late": _in_view(request, "late").count(),
        "mine": _in_view(request, "mine").count(),
    }
    return render(request, "web/leads/list.html", context)


@require_safe
@member_may("see leads")
def row(request: MemberRequest, id: int) -> HttpResponse:
    """One line of the list, for the volunteer who has just arrived."""
    lead = get_object_or_404(_within(request, "see leads"), pk=id)
    return render(request, "web/leads/_row.html", {"line": _lines(request, [lead])[0], "new": True})


@require_safe
@member_may("see leads")
def ticket(request: MemberRequest) -> HttpResponse:
    """Where to watch from, for ten minutes: what they may see is asked again after that."""
    seats = request.reach.seats("see leads")
    made = tickets.make(
        "leads",
        0,
        request.organisation.pk,
        seats,
        WATCH_FOR,
        at=now(),
        member_id=request.member.pk,
    )
    return JsonResponse({"address": f"{settings.PUBLIC_ADDRESS}/live/{made}"})


@require_POST
@member_may("change leads")
def contacted(request: MemberRequest, id: int) -> HttpResponse:
    lead = get_object_or_404(_within(request, "change leads"), pk=id)
    leads.contacted(lead, by=request.member, at=now())
    messages.success(request, f"You spoke to {lead.person.given_name}. The clock has stopped.")
    return redirect("leads:list")


@require_http_methods(["GET", "POST"])
@member_may("change leads")
def hand_over(request: MemberRequest, id: int) -> HttpResponse:
    """Choose who follows them up instead, among those whose seats they are in."""
    lead = get_object_or_404(_within(request, "change leads"), pk=id)
    context: dict[str, Any] = {"line": _lines(request, [lead])[0]}
    if request.method == "POST":
        chosen = request.POST.get("to", "")
        to = get_object_or_404(
            Member, organisation=request.organisation, pk=int(chosen) if chosen.isdecimal() else 0
        )
        try:
            leads.hand_over(lead, to=to, by=request.member, at=now())
        except leads.CannotHandOver as refusal:
            context["refusal"] = refusal
        else:
            messages.success(request, f"{to.name} follows up {lead.person.given_name} now.")
            return redirect("leads:list")
    followers = leads.followers(request.organisation.pk, lead.place_id, at=now())
    context["others"] = [(pk, name) for pk, name in followers.items() if pk != lead.owner_id]
    return render(request, "web/leads/hand_over.html", context)


def _within(request: MemberRequest, permission: str) -> QuerySet[Lead]:
    return (
        Lead.objects.filter(organisation=request.organisation)
        .filter(request.reach.within(permission, "place_id"))
        .select_related("person", "place", "owner", "action", "contacted_by")
        .prefetch_related("person__contact_points")
    )


def _in_view(request: MemberRequest, view: str) -> QuerySet[Lead]:
    found = _within(request, "see leads")
    if view == "done":
        return found.exclude(contacted_at=None).order_by("-contacted_at", "-id")
    found = found.filter(contacted_at=None)
    if view == "mine":
        found = found.filter(owner=request.member)
    if view == "late":
        found = found.filter(due_at__lte=now())
    return found.order_by("due_at", "id")


def _lines(request: MemberRequest, found: list[Lead]) -> list[dict[str, Any]]:
    """What a line shows of each volunteer, in their own words where they gave any."""
    labels = sources.labels_of(request.organisation.pk, {lead.came_by for lead in found})
    return [_line(request, lead, labels.get(lead.came_by, "")) for lead in found]


def _line(request: MemberRequest, lead: Lead, came_by: str) -> dict[str, Any]:
    points = sorted(lead.person.contact_points.all(), key=lambda point: point.pk)
    return {
        "lead": lead,
        "emails": [p.value for p in points if p.kind == "email"],
        "phones": [(p.value, shown_phone(p.value)) for p in points if p.kind == "phone"],
        "can": [rules.CAN_DO[c] for c in lead.can_do if c in rules.CAN_DO],
        "when": [rules.CAN_WHEN[c] for c in lead.can_when if c in rules.CAN_WHEN],
        "came_by": came_by,
        "clock": rules.clock(lead.due_at, now()),
        "is_late": lead.contacted_at is None and lead.due_at <= now(),
        "is_mine": lead.owner_id == request.member.pk,
        "may_change": request.reach.may_in("change leads", lead.place_id),
    }


app_name = "leads"
urlpatterns = [
    path("", listing, name="list"),
    path("ticket", ticket, name="ticket"),
    path("<int:id>/row", row, name="row"),
    path("<int:id>/contacted", contacted, name="contacted"),
    path("<int:id>/hand-over", hand_over, name="hand_over"),
]
