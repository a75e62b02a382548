"""Ways in without a password: single-use links for the members of a demonstration."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from muster.organisations.models import Member, SignInLink

GOOD_FOR = timedelta(hours=12)


class NotADemonstration(Exception):
    """Only a demonstration's members come in by link: it holds nobody's data (SEC-1)."""


class LinkIsSpent(Exception):
    """The link was used, has expired or never was."""


def link_for(member: Member, *, at: datetime) -> str:
    """Make a way in for this member and answer its path, `/enter/…`: once, within twelve hours.

    Raises `NotADemonstration`. Only a hash of the key is kept.
    """
    if not member.organisation.is_demonstration:
        raise NotADemonstration("Sign-in links are for demonstrations only.")
    key = secrets.token_urlsafe(24)
    SignInLink.objects.create(member=member, key_hash=_hash(key), expires_at=at + GOOD_FOR)
    return f"/enter/{key}"


def is_good(key: str, *, at: datetime) -> bool:
    """Would this key let someone in now?"""
    return SignInLink.objects.filter(_open_at(at), key_hash=_hash(key)).exists()


def sign_in_by(key: str, *, at: datetime) -> Member:
    """Spend the link and answer whose it is. Raises `LinkIsSpent`.

    The row is marked in the statement that finds it, so two presses let one in.
    """
    with transaction.atomic():
        spent = SignInLink.objects.filter(_open_at(at), key_hash=_hash(key)).update(used_at=at)
        if not spent:
            raise LinkIsSpent("This sign-in link was used already, or its time has passed.")
        return (
            SignInLink.objects.select_related("member__user", "member__organisation")
            .get(key_hash=_hash(key))
            .member
        )


def _open_at(at: datetime) -> Q:
    return Q(
        used_at=None,
        expires_at__gt=at,
        member__ended_at=None,
        member__user__is_active=True,
        member__organisation__is_demonstration=True,
    )


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
