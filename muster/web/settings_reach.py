"""Whose access the member asking may settle: the start of every query of these pages."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from muster.organisations import authority
from muster.organisations.models import Member, Unit
from muster.web.members import MemberRequest, member_may

gives_access = member_may("change settings")
"""Head office in the whole organisation, others within their own units."""


def units(request: MemberRequest) -> QuerySet[Unit]:
    return authority.units_of(request.member, at=timezone.now())


def members(request: MemberRequest) -> QuerySet[Member]:
    return authority.members_of(request.member, at=timezone.now()).select_related("user")


def member_or_404(request: MemberRequest, code: object) -> Member:
    return get_object_or_404(members(request).select_related("organisation"), code=code)


def is_whole(request: MemberRequest) -> bool:
    return request.reach.may_everywhere("change settings")
