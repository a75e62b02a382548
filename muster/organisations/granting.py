"""Roles are granted and revoked; each row says who and when (SEC-2)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from muster.organisations import rules, telling
from muster.organisations.models import Member, Organisation, Role, RoleQuerySet, Unit


class CannotGrant(Exception):
    """Every reason the role cannot be granted, in words."""


class CannotRevoke(Exception):
    """Why the role cannot be revoked."""


def grant(
    member: Member, *, unit: Unit, kind: str, until: datetime | None, by: Member, at: datetime
) -> Role:
    """Give a member a role in a unit, until a day or for good. Raises `CannotGrant`.

    Nobody grants what they do not have: the granter's own roles, in that unit or above it,
    must allow everything the new role does. But administrators name the treasurer or agent,
    who may do what they may not: never themselves (SP-1).
    """
    with transaction.atomic():
        if problems := _problems(member, unit, kind, until, by, at):
            raise CannotGrant(*problems)
        role = Role.objects.create(
            member=member, unit=unit, kind=kind, granted_by=by, granted_at=at, expires_at=until
        )
        telling.tell(
            telling.ROLE_GRANTED,
            member.organisation,
            by=by,
            at=at,
            about=("member", member.pk),
            role=kind,
            unit=unit.pk,
        )
    return role


def revoke(role: Role, *, by: Member, at: datetime) -> None:
    """Take a role back. Raises `CannotRevoke` for the last administrator's; twice is once."""
    organisation = role.member.organisation
    with transaction.atomic():
        lock(organisation)
        if problems := _beyond(role.unit, role.kind, Role.objects.in_force(at), by, "take back"):
            raise CannotRevoke(*problems)
        if is_last_administrator(role.member, at=at, without=role):
            raise CannotRevoke(
                f"{role.member.name} is the only administrator for good."
                " Make someone else one first."
            )
        if Role.objects.filter(pk=role.pk, revoked_at=None).update(revoked_at=at, revoked_by=by):
            telling.tell(
                telling.ROLE_REVOKED,
                organisation,
                by=by,
                at=at,
                about=("member", role.member_id),
                role=role.kind,
                unit=role.unit_id,
            )


def is_last_administrator(member: Member, *, at: datetime, without: Role | None = None) -> bool:
    """Would nobody administer the organisation if this member (or this role) went?

    Only roles in head office without an end count: the others leave it alone one day.
    """
    standing = Role.objects.in_force(at).filter(
        member__organisation=member.organisation,
        kind=Role.Kind.ADMIN,
        unit__kind=Unit.Kind.HEAD_OFFICE,
        expires_at=None,
    )
    going = Q(pk=without.pk) if without else Q(member=member)
    return standing.filter(going).exists() and not standing.exclude(going).exists()


def lock(organisation: Organisation) -> None:
    """Two administrators who end each other at once must not both succeed."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)


def _problems(
    member: Member, unit: Unit, kind: str, until: datetime | None, by: Member, at: datetime
) -> list[str]:
    problems = []
    if kind not in Role.Kind.values:
        return ["Choose a role."]
    if unit.organisation_id != member.organisation_id:
        return ["Choose a unit of your own organisation."]
    if member.ended_at is not None:
        problems.append(f"{member.name} is no longer a member. Add them again first.")
    if until is not None and until <= at:
        problems.append("Choose a last day that is still to come.")
    if kind == Role.Kind.TREASURER and member == by:
        problems.append("Ask someone else to name you treasurer or agent (SP-1).")
    if Role.objects.in_force(at).filter(member=member, unit=unit, kind=kind).exists():
        problems.append(f"{member.name} has that role in {unit.name} already.")
    return problems + _beyond(unit, kind, _lasting(at, until), by, "grant")


def _lasting(at: datetime, until: datetime | None) -> RoleQuerySet:
    """Roles in force now that last at least as long: nobody hands on more time than they have."""
    lasting = Q(expires_at=None) if until is None else Q(expires_at=None) | Q(expires_at__gte=until)
    return Role.objects.in_force(at).filter(lasting)


def _beyond(unit: Unit, kind: str, roles: RoleQuerySet, by: Member, verb: str) -> list[str]:
    """What the role allows and the member acting may not do there themselves, by these roles."""
    mine = roles.filter(member=by, unit__in=_above(unit))
    lacking = rules.permissions_of([kind]) - rules.may_hand_on(r.kind for r in mine)
    if not lacking:
        return []
    return [
        f"You cannot {verb} what you may not do yourself in {unit.name}, for as long:"
        f" {', '.join(sorted(lacking))}."
    ]


def _above(unit: Unit) -> list[Unit]:
    """The unit and everything above it; head office stands above all, parent or not."""
    chain = [unit]
    while (parent := chain[-1].parent) is not None and parent not in chain:
        chain.append(parent)
    return chain + list(
        Unit.objects.filter(organisation=unit.organisation_id, kind=Unit.Kind.HEAD_OFFICE)
    )
