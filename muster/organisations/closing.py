"""Closing a unit: its members' roles end, or go on in another unit; the record stays."""

from datetime import datetime

from django.db import transaction

from muster.lib.words import counted
from muster.organisations import granting, inviting, telling
from muster.organisations.granting import Wanted
from muster.organisations.models import Member, Role, Unit
from muster.organisations.units import CannotSettle


def close(
    unit: Unit, *, into: Unit | None, by: Member, at: datetime, reason: str = ""
) -> list[Role]:
    """Close a unit, and answer the roles given in `into` instead (None: they only end).

    Raises `CannotSettle`: head office stays, as does a unit with others beneath it; nobody is
    given in another unit what whoever closes could not give there.
    """
    with transaction.atomic():
        granting.lock(unit.organisation)
        unit.refresh_from_db()
        if found := _problems(unit, into, reason):
            raise CannotSettle(*found)
        standing = list(Role.objects.in_force(at).filter(unit=unit).select_related("member"))
        moved = _go_on(standing, into, by=by, at=at, reason=reason) if into else []
        for role in Role.objects.filter(unit=unit, revoked_at=None).select_related("member"):
            granting.finish(role, by=by, at=at, reason=reason.strip())
        for invitation in inviting.open_ones(unit.organisation).filter(unit=unit):
            inviting.withdraw(invitation, by=by, at=at)
        Unit.objects.filter(pk=unit.pk).update(closed_at=at, closed_by=by)
        about = ("unit", unit.pk)
        telling.tell(
            telling.UNIT_CLOSED, unit.organisation, by=by, at=at, about=about, reason=reason.strip()
        )
    return moved


def _problems(unit: Unit, into: Unit | None, reason: str) -> list[str]:
    found = [] if reason.strip() else [granting.WHY]
    if unit.closed_at is not None:
        return [f"{unit.name} is closed already."]
    if unit.kind == Unit.Kind.HEAD_OFFICE:
        return ["Head office stays."]
    beneath = unit.children.filter(closed_at=None).count()
    if beneath:
        units = counted(beneath, "unit", "units")
        found.append(f"{units} stand beneath {unit.name}: move or close them first.")
    if into is not None and (into == unit or into.organisation_id != unit.organisation_id):
        found.append("Choose another unit of your own for its members.")
    return found


def _go_on(
    standing: list[Role], into: Unit, *, by: Member, at: datetime, reason: str
) -> list[Role]:
    moved, problems = [], []
    for role in standing:
        if _has_it_there(role, into, at):
            continue
        wanted = Wanted(into, role.kind, role.expires_at, role.dataset, reason.strip())
        if found := granting.problems(role.member, wanted, by=by, at=at):
            problems += [f"{role.member.name}: {problem}" for problem in found]
        elif granting.needs_another(into.organisation, wanted, by=by, at=at):
            problems.append(f"{role.member.name}: {granting.NEVER_ALONE}")
        else:
            moved.append(granting.make(role.member, wanted, by=by, at=at))
    if problems:
        raise CannotSettle(*problems)
    return moved


def _has_it_there(role: Role, into: Unit, at: datetime) -> bool:
    there = Role.objects.in_force(at).filter(member=role.member, unit=into, kind=role.kind)
    return there.filter(dataset__in=["", role.dataset]).exists()
