"""Arming as the page shows it: who has, who still must, and what is asked of them first."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from muster.content import approving
from muster.launches import parts, permitting
from muster.launches.models import Launch
from muster.lib.words import when
from muster.messaging.models import Sending
from muster.web import launch_proof
from muster.web.members import MemberRequest

SOON = timedelta(days=2)


def arming_of(request: MemberRequest, launch: Launch, seats: int, at: datetime) -> dict[str, Any]:
    """Who armed it and when; whether this member may and has proved who they are lately."""
    armings = permitting.armings_in_force(launch)
    proved = launch_proof.proved_at(request, at)
    sending = launch.sending
    return {
        "armings": armings,
        "armed_by_me": any(one.by_id == request.member.pk for one in armings),
        "is_proved": launch_proof.is_fresh(proved, at),
        "has_spender": permitting.may_spend([one.by for one in armings], at),
        "asks_no_proof": request.organisation.is_demonstration,
        "is_laying_out": sending is not None and sending.state == Sending.State.LAYING_OUT,
        "pounds_a_seat": launch.ad_budget // 100,
        "pounds_in_all": launch.ad_budget * seats // 100,
        "approvals_ending": approvals_ending(launch, at),
    }


def approvals_ending(launch: Launch, at: datetime) -> list[str]:
    """Approvals that end soon: what they cover is held when Go comes later."""
    found = []
    for master in parts.masters_of(launch):
        approval = approving.approval_in_force(master, at)
        if approval is not None and approval.until - at < SOON:
            until = when(approval.until, at, timezone.get_current_timezone())
            found.append(f"{approval.by.name}’s approval of {master.name} ends {until}.")
    return found
