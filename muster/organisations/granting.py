"""Roles are granted, renewed and revoked; each row says who, when and why (SEC-2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from muster.organisations import authority, notices, rules, telling
from muster.organisations.models import Member, Organisation, Role, RoleQuerySet, Unit

NEVER_ALONE = "Another administrator must allow this: ask for it, and they find it on Today."
WHY = "Write why, in a few words."


class CannotGrant(Exception):
    """Every reason the role cannot be granted, in words."""


class CannotRevoke(Exception):
    """Why the role cannot be revoked."""


@dataclass(frozen=True)
class Wanted:
    """A role as someone wants it for a member; `until` None: no end; `dataset` blank: all."""

    unit: Unit
    kind: str
    until: datetime | None = None
    dataset: str = ""
    reason: str = ""


def grant(
    member: Member,
    *,
    unit: Unit,
    kind: str,
    until: datetime | None,
    by: Member,
    at: datetime,
    dataset: str = "",
    reason: str = "",
) -> Role:
    """Give a member a role in a unit, until a day or for good. Raises `CannotGrant`.

    Nobody grants what they do not have: the granter's own roles, in that unit or above it,
    must allow everything the new role does. But administrators name the treasurer or agent,
    who may do what they may not: never themselves (SP-1). Whoever administers the whole
    organisation is named by two: see `asking`.
    """
    wanted = Wanted(unit, kind, until, dataset, reason.strip())
    with transaction.atomic():
        lock(member.organisation)
        if found := problems(member, wanted, by=by, at=at):
            raise CannotGrant(*found)
        if needs_another(member.organisation, wanted, by=by, at=at):
            raise CannotGrant(NEVER_ALONE)
        return make(member, wanted, by=by, at=at)


def make(member: Member, wanted: Wanted, *, by: Member | None, at: datetime) -> Role:
    """Write the role, once everything was asked: `grant` and `asking` do. `by` None: Muster."""
    role = Role.objects.create(
        member=member,
        unit=wanted.unit,
        kind=wanted.kind,
        dataset=wanted.dataset,
        reason=wanted.reason,
        granted_by=by,
        granted_at=at,
        expires_at=wanted.until,
    )
    settled(role, telling.ROLE_GRANTED, "gave you this role", by=by, at=at, reason=wanted.reason)
    return role


def revoke(role: Role, *, by: Member, at: datetime, reason: str = "") -> None:
    """Take a role back. Raises `CannotRevoke` for the last administrator's; twice is once."""
    with transaction.atomic():
        lock(role.member.organisation)
        standing = Role.objects.in_force(at)
        found = authority.problems(role.unit, role, standing, by, "take back")
        if not reason.strip():
            found.append(WHY)
        if is_last_administrator(role.member, at=at, without=role):
            found.append(
                f"{role.member.name} is the only administrator for good."
                " Make someone else one first."
            )
        if found:
            raise CannotRevoke(*found)
        finish(role, by=by, at=at, reason=reason.strip())


def finish(role: Role, *, by: Member, at: datetime, reason: str) -> None:
    """End one role now, if it has not ended, and tell whose it was."""
    ended = Role.objects.filter(pk=role.pk, revoked_at=None)
    if ended.update(revoked_at=at, revoked_by=by, ended_reason=reason):
        settled(role, telling.ROLE_REVOKED, "took this role back", by=by, at=at, reason=reason)


def renew(
    role: Role, *, by: Member, at: datetime, reason: str = "", until: datetime | None = None
) -> Role:
    """Give a role that has an end for as long again as is usual. Raises `CannotGrant`.

    A new row stands in its place; the old one is kept and says that it was renewed.
    """
    last_day = until or usual_end(role.kind, at)
    wanted = Wanted(role.unit, role.kind, last_day, role.dataset, reason.strip())
    with transaction.atomic():
        lock(role.member.organisation)
        role = Role.objects.select_related("unit", "member__organisation").get(pk=role.pk)
        if role.revoked_at is not None or role.expires_at is None:
            raise CannotGrant("It was renewed, taken back or made to last already.")
        if found := problems(role.member, wanted, by=by, at=at, instead=role):
            raise CannotGrant(*found)
        if needs_another(role.member.organisation, wanted, by=by, at=at):
            raise CannotGrant(NEVER_ALONE)
        Role.objects.filter(pk=role.pk).update(revoked_at=at, revoked_by=by, ended_reason="Renewed")
        return make(role.member, wanted, by=by, at=at)


def usual_end(kind: str, at: datetime) -> datetime | None:
    """When a role of this kind ends if nobody says otherwise; None: when it is taken back."""
    days = rules.USUAL_DAYS.get(kind)
    return at + timedelta(days=days) if days else None


def is_last_administrator(member: Member, *, at: datetime, without: Role | None = None) -> bool:
    """Would nobody administer the organisation if this member (or this role) went?

    Only roles in head office without an end count: the others leave it alone one day.
    """
    standing = heads_of_all(Role.objects.in_force(at), member.organisation).filter(expires_at=None)
    going = Q(pk=without.pk) if without else Q(member=member)
    return standing.filter(going).exists() and not standing.exclude(going).exists()


def heads_of_all(roles: RoleQuerySet, organisation: Organisation) -> RoleQuerySet:
    """Those of the roles that administer the whole organisation."""
    return roles.filter(
        member__organisation=organisation,
        kind=Role.Kind.ADMIN,
        dataset="",
        unit__kind=Unit.Kind.HEAD_OFFICE,
    )


def needs_another(organisation: Organisation, wanted: Wanted, *, by: Member, at: datetime) -> bool:
    """Must another administrator allow it? Not where there is none, nor was any for a week."""
    in_office = wanted.unit.kind == Unit.Kind.HEAD_OFFICE
    if not rules.is_head_of_all(wanted.kind, wanted.dataset, in_head_office=in_office):
        return False
    lately = at - timedelta(days=rules.ALONE_AFTER_DAYS)
    return (
        heads_of_all(Role.objects.all(), organisation)
        .filter(Q(revoked_at=None) | Q(revoked_at__gt=lately))
        .filter(Q(expires_at=None) | Q(expires_at__gt=lately))
        .filter(Q(member__ended_at=None) | Q(member__ended_at__gt=lately))
        .exclude(member=by)
        .exists()
    )


def lock(organisation: Organisation) -> None:
    """Two administrators who end each other at once must not both succeed."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)


def settled(
    role: Role, kind: str, what: str, *, by: Member | None, at: datetime, reason: str
) -> None:
    """Note, record and tell one change of a role; live events asked for before it end."""
    Member.objects.filter(pk=role.member_id).update(access_changed_at=at)
    telling.tell(
        kind,
        role.member.organisation,
        by=by,
        at=at,
        about=("member", role.member_id),
        reason=reason,
        role=role.kind,
        unit=role.unit_id,
        dataset=role.dataset,
    )
    notices.of_role(role, what, by=by, reason=reason, at=at)


def problems(
    member: Member | None,
    wanted: Wanted,
    *,
    by: Member,
    at: datetime,
    instead: Role | None = None,
) -> list[str]:
    """Every reason this role cannot be given; `member` None: to someone yet to come."""
    if wanted.kind not in Role.Kind.values:
        return ["Choose a role."]
    if wanted.unit.organisation_id != by.organisation_id:
        return ["Choose a unit of your own organisation."]
    found = _of_the_role(wanted, at)
    if member is not None:
        found += _of_the_member(member, wanted, by, at, instead)
    role = Role(kind=wanted.kind, dataset=wanted.dataset)
    return found + authority.problems(wanted.unit, role, _lasting(at, wanted.until), by, "grant")


def _of_the_role(wanted: Wanted, at: datetime) -> list[str]:
    found = []
    if wanted.dataset and wanted.dataset not in rules.datasets_of(wanted.kind):
        found.append("That role gives nothing of that dataset. Choose another of the two.")
    if wanted.unit.closed_at is not None:
        found.append(f"{wanted.unit.name} is closed. Choose another unit.")
    if wanted.until is not None and wanted.until <= at:
        found.append("Choose a last day that is still to come.")
    if not wanted.reason.strip():
        found.append(WHY)
    return found


def _of_the_member(
    member: Member, wanted: Wanted, by: Member, at: datetime, instead: Role | None
) -> list[str]:
    found = []
    if member.organisation_id != by.organisation_id:
        return ["Choose a unit of your own organisation."]
    if member.ended_at is not None:
        found.append(f"{member.name} is no longer a member. Invite them again first.")
    if wanted.kind == Role.Kind.TREASURER and member == by:
        found.append("Ask someone else to name you treasurer or agent (SP-1).")
    same = _lasting(at, wanted.until).filter(
        member=member, unit=wanted.unit, kind=wanted.kind, dataset__in=["", wanted.dataset]
    )
    if same.exclude(pk=instead.pk if instead else 0).exists():
        found.append(f"{member.name} has that role in {wanted.unit.name} already.")
    return found


def _lasting(at: datetime, until: datetime | None) -> RoleQuerySet:
    """Roles in force now that last at least as long: nobody hands on more time than they have."""
    lasting = Q(expires_at=None) if until is None else Q(expires_at=None) | Q(expires_at__gte=until)
    return Role.objects.in_force(at).filter(lasting)
