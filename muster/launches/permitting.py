"""Who may do what to a launch, asked at the moment they do it."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from muster.launches.models import Arming, Launch
from muster.organisations.models import Member
from muster.places.scope import Reach, reach_of

ELSEWHERE = "This launch belongs to another organisation."


def problem(member: Member, launch: Launch, permission: str, at: datetime) -> str:
    """Why they may not do it to the whole launch; empty: they may."""
    if member.organisation_id != launch.organisation_id:
        return ELSEWHERE
    if _reach(member, at).may_everywhere(permission):
        return ""
    return f"You may not {permission} for the whole organisation: ask someone who may."


def problem_of_either(
    member: Member, launch: Launch, permissions: Iterable[str], at: datetime
) -> str:
    """Why they may do none of these to the whole launch; empty: they may do one."""
    found = [problem(member, launch, permission, at) for permission in permissions]
    return found[0] if all(found) else ""


def problem_in(member: Member, launch: Launch, permission: str, place_id: int, at: datetime) -> str:
    """Why they may not do it in one seat; empty: they may."""
    if member.organisation_id != launch.organisation_id:
        return ELSEWHERE
    may = _reach(member, at).may_in(permission, place_id)
    return "" if may else f"You may not {permission} in this seat."


def may_spend(members: Iterable[Member], at: datetime) -> bool:
    """May one of them authorise spending for the whole organisation (SP-1)?"""
    return any(_reach(m, at).may_everywhere("authorise spending") for m in members)


def armings_in_force(launch: Launch) -> list[Arming]:
    """Who has armed it as it stands, the first first."""
    standing = launch.armings.filter(Q(withdrawn_at=None)).select_related("by__organisation")
    return list(standing.order_by("at", "pk"))


def _reach(member: Member, at: datetime) -> Reach:
    """Where their roles reach; nowhere once their login is switched off."""
    is_active = Member.objects.filter(pk=member.pk, user__is_active=True).exists()
    return reach_of(member, at=at) if is_active else Reach()
