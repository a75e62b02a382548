"""Whose access a member may settle: the units in their charge, and the members within those."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from muster.organisations import rules
from muster.organisations.models import Member, Role, RoleQuerySet, Unit


def units_of(member: Member, *, at: datetime) -> QuerySet[Unit]:
    """The open units in which this member gives access: those of their own, and all beneath."""
    every = Unit.objects.filter(organisation=member.organisation_id, closed_at=None)
    mine = [role.unit for role in _giving(Role.objects.in_force(at).filter(member=member))]
    if any(unit.kind == Unit.Kind.HEAD_OFFICE for unit in mine):
        return every
    return every.filter(pk__in=beneath([unit.pk for unit in mine], every))


def members_of(member: Member, *, at: datetime) -> QuerySet[Member]:
    """Whom this member gives access to: head office everyone, others those within their units.

    Someone whose roles have all ended is still theirs whose unit they were last in.
    """
    everyone = Member.objects.filter(organisation=member.organisation_id)
    if is_in_charge_of_all(member, at=at):
        return everyone
    mine = units_of(member, at=at).values("pk")
    standing = Role.objects.in_force(at)
    here = Q(pk__in=standing.filter(unit__in=mine).values("member"))
    were_here = Q(pk__in=Role.objects.filter(unit__in=mine).values("member"))
    return everyone.filter(here | (were_here & ~Q(pk__in=standing.values("member"))))


def is_in_charge_of_all(member: Member, *, at: datetime) -> bool:
    """Do they give access in the whole organisation?"""
    roles = Role.objects.in_force(at).filter(member=member, unit__kind=Unit.Kind.HEAD_OFFICE)
    return bool(_giving(roles))


def roles_beyond(member: Member, by: Member, *, at: datetime) -> bool:
    """Has the member a role in force outside the units in charge of the one who acts?"""
    standing = Role.objects.in_force(at).filter(member=member)
    return standing.exclude(unit__in=units_of(by, at=at).values("pk")).exists()


def beneath(ids: Iterable[int], units: QuerySet[Unit]) -> set[int]:
    """These units and every one beneath them in the tree."""
    children: dict[int | None, list[int]] = {}
    for pk, parent in units.values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(pk)
    found: set[int] = set()
    waiting = list(ids)
    while waiting:
        if (pk := waiting.pop()) not in found:
            found.add(pk)
            waiting += children.get(pk, [])
    return found


def problems(unit: Unit, role: Role, roles: RoleQuerySet, by: Member, verb: str) -> list[str]:
    """What the role allows and whoever acts may not hand on there, by these roles of theirs.

    `role` need not be saved: its kind and dataset count.
    """
    mine = roles.filter(member=by, unit__in=above(unit))
    handed = rules.may_hand_on((r.kind, r.dataset) for r in mine)
    if lacking := rules.allowed_by([(role.kind, role.dataset)]) - handed:
        return [
            f"You cannot {verb} what you may not do yourself in {unit.name}, for as long:"
            f" {', '.join(sorted(lacking))}."
        ]
    return []


def above(unit: Unit) -> list[Unit]:
    """The unit and everything above it; head office stands above all, parent or not."""
    chain = [unit]
    while (parent := chain[-1].parent) is not None and parent not in chain:
        chain.append(parent)
    return chain + list(
        Unit.objects.filter(organisation=unit.organisation_id, kind=Unit.Kind.HEAD_OFFICE)
    )


def _giving(roles: RoleQuerySet) -> list[Role]:
    return [
        role
        for role in roles.select_related("unit")
        if rules.GIVING in rules.allowed_by([(role.kind, role.dataset)])
    ]
