"""Telling people what changed in their access, by whom and why: written here, sent by a job."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from muster.organisations.models import Member, Notice, Organisation, Role

Send = Callable[[int], None]
_senders: list[Send] = []


def register(send: Send) -> None:
    """Be asked to send each notice by its id; channels, on a floor above, knows how."""
    if send not in _senders:
        _senders.append(send)


def of_role(role: Role, what: str, *, by: Member | None, reason: str, at: datetime) -> None:
    """Tell a member of one role: `what` says what happened to it, such as "gave you this role"."""
    who = by.name if by else "Muster"
    until = f", until {day(role.expires_at, role.member.organisation)}" if role.expires_at else ""
    lines = [f"{who} {what} at {role.member.organisation.name}:", "", f"{role}{until}.", ""]
    tell(role.member, [*lines, f"Why: {reason}"], at=at)


def tell(member: Member, lines: list[str], *, at: datetime) -> None:
    """Write to a member about their access. Nobody is told of what they did themselves."""
    ours = member.organisation
    closing = ["", f"Your roles and who is signed in as you: {address('/you')}"]
    queue(
        Notice(
            organisation=ours,
            member=member,
            subject=f"Your access at {ours.name} has changed",
            words="\n".join([*lines, *closing]),
            made_at=at,
        )
    )


def queue(notice: Notice) -> None:
    """Keep a notice and ask for it to be sent, both in the transaction of what it tells of."""
    notice.save()
    for send in _senders:
        send(notice.pk)


def day(at: datetime, organisation: Organisation) -> str:
    there = at.astimezone(ZoneInfo(organisation.time_zone))
    return f"{there.day} {there:%B %Y}"


def address(path: str) -> str:
    return f"{settings.STAFF_ADDRESS}{path}"
