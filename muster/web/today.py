"""Today: what stands where, and what needs doing next."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from muster.actions.rules import clock
from muster.web import happenings
from muster.web.launch_lines import open_lines
from muster.web.members import MemberRequest, any_member
from muster.web.next_steps import next_steps
from muster.web.today_launches import open_launches
from muster.web.today_map import cells_for
from muster.web.today_standing import open_leads, own_seats, running, standing_of

WAITING_SHOWN = 6


@require_safe
@any_member
def today(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    member, reach = request.member, request.reach
    lines = open_lines(request, now)
    opened = open_launches(lines, member, reach, now)
    standing = replace(standing_of(member, reach, at=now), launches=opened)
    may_see_leads = reach.may("see leads")
    waiting = open_leads(member, reach).select_related("person", "place", "owner")
    context = {
        "standing": standing,
        "steps": next_steps(standing),
        "launches": lines,
        "running": running(member, reach, at=now),
        "seats": own_seats(reach),
        "waiting": [
            {"lead": lead, "clock": clock(lead.due_at, now), "is_late": lead.due_at <= now}
            for lead in (waiting.order_by("due_at")[:WAITING_SHOWN] if may_see_leads else [])
        ],
        "may_see_leads": may_see_leads,
        "happenings": happenings.latest(member, reach),
        "cells": cells_for(member, reach) if reach.may("see seats") else [],
        "now": now,
    }
    return render(request, "web/today/today.html", context)


urlpatterns = [path("", today, name="today")]
