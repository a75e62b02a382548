"""Members come and go."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from muster.organisations import granting, telling
from muster.organisations.models import Member, Organisation, Role, Unit, User


class CannotAdd(Exception):
    """Every reason the member cannot be added, in words."""


class CannotEnd(Exception):
    """Why the membership cannot end."""


@dataclass(frozen=True)
class Invitation:
    """Someone to be added: who they are, and their first role."""

    name: str
    email: str
    unit: Unit
    kind: str
    expires_at: datetime | None = None


def add(organisation: Organisation, asked: Invitation, *, by: Member, at: datetime) -> Member:
    """Add a member with a first role. Raises `CannotAdd` or `granting.CannotGrant`.

    A login that exists keeps its own password: membership is added to it, nothing else changed.
    Someone whose membership ended comes back as themselves.
    """
    email = asked.email.strip().lower()
    if problems := _problems(organisation, asked.name, email):
        raise CannotAdd(*problems)
    with transaction.atomic():
        user = User.objects.filter(email=email).first() or User.objects.create_user(email)
        member, _ = Member.objects.update_or_create(
            organisation=organisation,
            user=user,
            defaults={"name": asked.name.strip(), "ended_at": None},
        )
        telling.tell(telling.MEMBER_ADDED, organisation, by=by, at=at, about=("member", member.pk))
        granting.grant(
            member, unit=asked.unit, kind=asked.kind, until=asked.expires_at, by=by, at=at
        )
    return member


def end(member: Member, *, by: Member, at: datetime) -> None:
    """End a membership: its roles stop at once. Raises `CannotEnd` for the last administrator."""
    with transaction.atomic():
        granting.lock(member.organisation)
        if granting.is_last_administrator(member, at=at):
            raise CannotEnd(
                f"{member.name} is the only administrator for good. Make someone else one first."
            )
        if Member.objects.filter(pk=member.pk, ended_at=None).update(ended_at=at):
            Role.objects.filter(member=member, revoked_at=None).update(revoked_at=at, revoked_by=by)
            telling.tell(
                telling.MEMBER_ENDED,
                member.organisation,
                by=by,
                at=at,
                about=("member", member.pk),
            )


def may_be_given_a_link(member: Member) -> bool:
    """May an administrator hold this member's first set-password link?

    Only while the login is nobody's yet: made for this membership, never used, without a
    password. A link for anyone else's login would hand that login over.
    """
    user = member.user
    is_fresh = user.last_login is None and not user.has_usable_password()
    return is_fresh and member.ended_at is None and user.memberships.count() == 1


def _problems(organisation: Organisation, name: str, email: str) -> list[str]:
    problems = []
    if not name.strip():
        problems.append("Write the member's name.")
    try:
        validate_email(email)
    except ValidationError:
        problems.append("Write an e-mail address such as ada@example.org.")
    if Member.objects.filter(organisation=organisation, user__email=email, ended_at=None).exists():
        problems.append(f"{email} belongs to a member already.")
    return problems
