"""Members come and go. They come by invitation: see `inviting`."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from muster.organisations import authority, granting, notices, sessions, telling
from muster.organisations.models import Member, Organisation, Role, Unit, User

LONGEST = 254  # letters of an e-mail address (RFC 5321)


class CannotEnd(Exception):
    """Why the membership cannot end."""


@dataclass(frozen=True)
class Newcomer:
    """Someone to be invited: who they are, their first role, and why they get it."""

    name: str
    email: str
    unit: Unit
    kind: str
    expires_at: datetime | None = None
    dataset: str = ""
    reason: str = ""

    @property
    def wanted(self) -> granting.Wanted:
        return granting.Wanted(
            self.unit, self.kind, self.expires_at, self.dataset, self.reason.strip()
        )


def join(
    organisation: Organisation,
    user: User,
    name: str,
    *,
    by: Member | None,
    at: datetime,
    reason: str,
) -> Member:
    """Make a login a member, or let someone whose membership ended come back as themselves."""
    member, _ = Member.objects.update_or_create(
        organisation=organisation, user=user, defaults={"name": name.strip(), "ended_at": None}
    )
    about = ("member", member.pk)
    telling.tell(telling.MEMBER_ADDED, organisation, by=by, at=at, about=about, reason=reason)
    return member


def end(member: Member, *, by: Member, at: datetime, reason: str = "") -> None:
    """End a membership: its roles and its sessions stop at once. Raises `CannotEnd`.

    The last administrator stays, and nobody ends one who has roles beyond their own charge.
    """
    with transaction.atomic():
        granting.lock(member.organisation)
        if found := _problems_ending(member, by, reason, at):
            raise CannotEnd(*found)
        if Member.objects.filter(pk=member.pk, ended_at=None).update(
            ended_at=at, access_changed_at=at
        ):
            _finish(member, by=by, at=at, reason=reason.strip())


def _finish(member: Member, *, by: Member, at: datetime, reason: str) -> None:
    Role.objects.filter(member=member, revoked_at=None).update(
        revoked_at=at, revoked_by=by, ended_reason=reason
    )
    sessions.end_all_of(member.user)
    telling.tell(
        telling.MEMBER_ENDED,
        member.organisation,
        by=by,
        at=at,
        about=("member", member.pk),
        reason=reason,
    )
    words = f"{by.name} ended your membership of {member.organisation.name}, and your roles there."
    notices.tell(member, [words, "", f"Why: {reason}"], at=at)


def _problems_ending(member: Member, by: Member, reason: str, at: datetime) -> list[str]:
    found = [] if reason.strip() else [granting.WHY]
    if granting.is_last_administrator(member, at=at):
        found.append(
            f"{member.name} is the only administrator for good. Make someone else one first."
        )
    if not authority.members_of(by, at=at).filter(pk=member.pk).exists():
        found.append(f"{member.name} is not in your charge.")
    elif authority.roles_beyond(member, by, at=at):
        found.append(
            f"{member.name} has roles beyond your units too. Take back those in yours, or ask"
            " head office to end the membership."
        )
    return found


def problems(organisation: Organisation, name: str, email: str) -> list[str]:
    """Why nobody can be invited by this name and address, all at once."""
    found = []
    if not name.strip():
        found.append("Write the member's name.")
    try:
        validate_email(email if len(email) <= LONGEST else "")
    except ValidationError:
        found.append("Write an e-mail address such as ada@example.org.")
    if Member.objects.filter(organisation=organisation, user__email=email, ended_at=None).exists():
        found.append(f"{email} belongs to a member already.")
    return found
