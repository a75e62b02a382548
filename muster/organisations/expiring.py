"""Roles that end by themselves: whose days are counted, and who is told when they are over."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from muster.organisations import authority, granting, telling
from muster.organisations.models import Member, Role

SOON = timedelta(days=14)


def soon(member: Member, *, at: datetime) -> QuerySet[Role]:
    """Roles in this member's charge that end within a fortnight, the nearest first."""
    mine = authority.units_of(member, at=at).values("pk")
    ending = Role.objects.in_force(at).filter(unit__in=mine, expires_at__lte=at + SOON)
    return ending.select_related("member", "unit").order_by("expires_at")


def tell_expired(*, at: datetime) -> int:
    """Note, record and tell of every role that has ended by itself, once. Answers how many."""
    over = Role.objects.filter(expires_at__lte=at, revoked_at=None, expiry_told_at=None)
    over = over.filter(member__ended_at=None).select_related("unit", "member__organisation")
    told = 0
    for role in over.iterator():
        with transaction.atomic():
            if Role.objects.filter(pk=role.pk, expiry_told_at=None).update(expiry_told_at=at):
                told += 1
                granting.settled(
                    role,
                    telling.ROLE_EXPIRED,
                    "lets this role end",
                    by=None,
                    at=at,
                    reason="Its last day is over.",
                )
    return told
