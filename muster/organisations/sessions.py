"""Who is signed in where, and ending that: it takes effect at the next request."""

import hashlib
from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone

from muster.organisations import authority, notices, telling
from muster.organisations.models import Member, Session, User


class CannotEndSessions(Exception):
    """Why someone's sessions cannot be ended, in words."""


@receiver(user_logged_in, dispatch_uid="sessions.remember_where")
def remember_where(sender: Any, request: Any, user: User, **more: Any) -> None:
    """Keep with the session which browser it is in, from where, since when."""
    if request is None or not hasattr(request, "session"):
        return
    request.session["signed_in"] = {
        "browser": request.META.get("HTTP_USER_AGENT", "")[:200],
        "address": _address(request),
        "at": timezone.now().isoformat(),
    }


def _address(request: Any) -> str:
    """Where a request came from, behind as many proxies as the settings trust."""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:
        return ""


def open_of(user: User, *, at: datetime) -> list[Session]:
    """Their sessions that still hold, the newest first."""
    return list(Session.objects.filter(user=user, expire_date__gt=at).order_by("-began_at"))


def end_one(user: User, pk: str, *, keep: str | None = None) -> bool:
    """End one of one's own sessions by the digest its page named it by."""
    for session in Session.objects.filter(user=user).exclude(session_key=keep):
        if name_of(session) == pk:
            session.delete()
            _streams_end(user)
            return True
    return False


def name_of(session: Session) -> str:
    """A name for a session that gives nothing of its key away."""
    return hashlib.sha256(f"session:{session.session_key}".encode()).hexdigest()[:16]


def end_all_of(user: User, *, keep: str | None = None) -> int:
    """End every session of a login, save the one kept. Answers how many."""
    ended, _ = Session.objects.filter(user=user).exclude(session_key=keep).delete()
    _streams_end(user)
    return ended


def end_for(member: Member, *, by: Member, at: datetime, reason: str = "") -> int:
    """An administrator signs a member out everywhere. Raises `CannotEndSessions`."""
    found = [] if reason.strip() else ["Write why, in a few words."]
    if not authority.members_of(by, at=at).filter(pk=member.pk).exists():
        found.append(f"{member.name} is not in your charge.")
    elif authority.roles_beyond(member, by, at=at):
        found.append(f"{member.name} has roles beyond your units too: ask head office.")
    if found:
        raise CannotEndSessions(*found)
    with transaction.atomic():
        ended = end_all_of(member.user)
        telling.tell(
            telling.SESSIONS_ENDED,
            member.organisation,
            by=by,
            at=at,
            about=("member", member.pk),
            reason=reason.strip(),
            ended=ended,
        )
        words = f"{by.name} signed you out of Muster everywhere."
        notices.tell(member, [words, "", f"Why: {reason.strip()}"], at=at)
    return ended


def forget_over(*, at: datetime) -> None:
    """Sessions that ran out go, and with them where they came from."""
    Session.objects.filter(expire_date__lte=at).delete()


def _streams_end(user: User) -> None:
    Member.objects.filter(user=user).update(access_changed_at=timezone.now())
