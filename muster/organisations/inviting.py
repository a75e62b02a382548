"""Invitations: one link to one address, once, within a week; it never says who has a sign-in."""

import hashlib
import secrets
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q, QuerySet

from muster.organisations import asking, authority, granting, joining, notices, telling
from muster.organisations.joining import Newcomer
from muster.organisations.models import Invitation, Member, Notice, Organisation, User

GOOD_FOR = timedelta(days=7)
KEPT_FOR = timedelta(days=90)  # after a link ran out that nobody took
LINK = "[the link]"  # where the letter's link goes; only a hash of its key is kept


class CannotInvite(Exception):
    """Every reason they cannot be invited, in words."""


class CannotTake(Exception):
    """Why the invitation does not let this person in, in words."""


def invite(
    organisation: Organisation, asked: Newcomer, *, by: Member, at: datetime, by_letter: bool
) -> tuple[Invitation, str]:
    """Invite someone. Answers the invitation and its key. Raises `CannotInvite`.

    `by_letter`: the link goes to their address and nowhere else; otherwise whoever invites hands
    it over.
    """
    email = asked.email.strip().lower()
    found = joining.problems(organisation, asked.name, email)
    found += granting.problems(None, asked.wanted, by=by, at=at)
    if found:
        raise CannotInvite(*found)
    try:
        with transaction.atomic():
            _clear_spent(organisation, email, at)
            invitation, key = write_down(organisation, replace(asked, email=email), by=by, at=at)
            if by_letter:
                _write(invitation, by, at)
    except IntegrityError:
        raise CannotInvite(
            f"{email} is invited already. Send that invitation again, or withdraw it first."
        ) from None
    return invitation, key


def write_down(
    organisation: Organisation, asked: Newcomer, *, by: Member | None, at: datetime
) -> tuple[Invitation, str]:
    """Keep an invitation once everything was asked; answer it and its key. `beginning` does too,
    where there is nobody yet to invite (`by` None)."""
    key = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        organisation=organisation,
        name=asked.name.strip(),
        email=asked.email,
        unit=asked.unit,
        kind=asked.kind,
        dataset=asked.dataset,
        role_until=asked.expires_at,
        reason=asked.reason.strip(),
        invited_by=by,
        invited_at=at,
        key_hash=_hash(key),
        good_until=at + GOOD_FOR,
    )
    _tell(invitation, telling.MEMBER_INVITED, by=by, at=at, reason=invitation.reason)
    return invitation, key


def send_again(invitation: Invitation, *, by: Member, at: datetime, by_letter: bool) -> str:
    """A fresh link, for another week; the one before opens nothing. Raises `CannotInvite`."""
    key = secrets.token_urlsafe(24)
    with transaction.atomic():
        found = granting.problems(None, _newcomer(invitation).wanted, by=by, at=at)
        if found:
            raise CannotInvite(*found)
        changed = open_ones(invitation.organisation).filter(pk=invitation.pk)
        if not changed.update(key_hash=_hash(key), good_until=at + GOOD_FOR, invited_by=by):
            raise CannotInvite("It was taken or withdrawn already.")
        invitation.refresh_from_db()
        _tell(invitation, telling.MEMBER_INVITED, by=by, at=at, reason=invitation.reason)
        if by_letter:
            _write(invitation, by, at)
    return key


def withdraw(invitation: Invitation, *, by: Member, at: datetime) -> None:
    """Take an invitation back: its link opens nothing from now on. Twice is once."""
    with transaction.atomic():
        still = open_ones(invitation.organisation).filter(pk=invitation.pk)
        if still.update(withdrawn_at=at, withdrawn_by=by):
            _tell(invitation, telling.INVITATION_WITHDRAWN, by=by, at=at, reason="")


def fresh_key(invitation: Invitation) -> str:
    """A key for the letter about to go: the one kept so far is only a hash."""
    key = secrets.token_urlsafe(24)
    open_ones(invitation.organisation).filter(pk=invitation.pk).update(key_hash=_hash(key))
    return key


def path_of(key: str) -> str:
    return f"/invitation/{key}"


def open_ones(organisation: Organisation) -> QuerySet[Invitation]:
    """Neither taken nor withdrawn; their week may be over."""
    return Invitation.objects.filter(
        organisation=organisation, taken_at=None, withdrawn_at=None
    ).select_related("unit", "invited_by")


def in_charge_of(member: Member, *, at: datetime) -> QuerySet[Invitation]:
    """The open invitations to units in this member's charge."""
    mine = authority.units_of(member, at=at).values("pk")
    return open_ones(member.organisation).filter(unit__in=mine)


def find(key: str, *, at: datetime) -> Invitation | None:
    """The invitation this key opens now; none: spent, withdrawn, run out or never there."""
    return (
        Invitation.objects.select_related("organisation", "unit", "invited_by")
        .filter(key_hash=_hash(key), taken_at=None, withdrawn_at=None, good_until__gt=at)
        .first()
    )


def choose_password(invitation: Invitation, password: str) -> None:
    """Make the invited a sign-in with this password, if they have none. Raises `CannotTake`.

    Someone who has one keeps it untouched, and nobody is told which it was: the next step is
    the same, to sign in. One that was never used and belongs nowhere may be chosen for again.
    """
    try:
        validate_password(password)
    except ValidationError as refusal:
        raise CannotTake(*refusal.messages) from None
    known = login_here(invitation)
    if known is None:
        with suppress(IntegrityError), transaction.atomic():
            User.objects.create_user(invitation.email, password, of=invitation.organisation)
        return
    known.set_password(password)  # even where it is not kept: it takes as long
    if _was_never_used(known):
        known.save(update_fields=["password"])
        Authenticator.objects.filter(user=known).delete()  # of who held the link before


def number_to_come() -> int:
    """A number for a sign-in that may be made: a passkey carries it before there is one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [User._meta.db_table])
        return int(cursor.fetchone()[0])


def choose_passkey(invitation: Invitation, number: int) -> User | None:
    """Make the invited a sign-in of this number, without a password; None: they have one.

    Nobody is told which it was. One that was never used and belongs nowhere gives way.
    """
    known = login_here(invitation)
    if known is not None:
        if not _was_never_used(known):
            return None
        known.delete()
    return User.objects.create_user(invitation.email, pk=number, of=invitation.organisation)


def login_here(invitation: Invitation) -> User | None:
    """The login that is the invited's at this organisation: one it made, or one it let in before.

    One that another organisation made is nobody's proof here: an administrator there can invite any
    address and keep the link. Whoever has it signs in with it and joins; nobody has to.
    """
    ours = invitation.organisation
    known = User.objects.filter(email=invitation.email)
    return (
        known.filter(Q(memberships__organisation=ours) | Q(of=ours) | Q(of=None))
        .order_by(F("memberships__id").asc(nulls_last=True), "pk")
        .first()
    )


def _was_never_used(user: User) -> bool:
    return user.last_login is None and not user.memberships.exists()


def take(invitation: Invitation, user: User, *, at: datetime) -> Member:
    """Become a member, as the one invited, once. Raises `CannotTake`.

    Whoever invited must still be able to give the role. To administer the whole organisation
    waits for another administrator all the same.
    """
    if user.email != invitation.email:
        raise CannotTake("This invitation is for someone else.")
    with transaction.atomic():
        granting.lock(invitation.organisation)
        still = open_ones(invitation.organisation).filter(pk=invitation.pk, good_until__gt=at)
        if not still.update(taken_at=at):
            raise CannotTake("This invitation was used or withdrawn, or its week is over.")
        return _come_in(invitation, user, at)


def forget_old(*, at: datetime) -> None:
    """Who was invited and never came is forgotten: their name and address are nobody's business."""
    over = Invitation.objects.filter(taken_at=None, good_until__lt=at - KEPT_FOR)
    over.delete()


def _come_in(invitation: Invitation, user: User, at: datetime) -> Member:
    ours, by = invitation.organisation, invitation.invited_by
    asked = _newcomer(invitation)
    member = joining.join(ours, user, asked.name, by=by, at=at, reason=asked.reason)
    Invitation.objects.filter(pk=invitation.pk).update(member=member)
    if by is None:  # the first of all: who runs this Muster made them administrator
        granting.make(member, asked.wanted, by=None, at=at)
        return member
    try:
        asking.give(member, asked.wanted, by=by, at=at)
    except granting.CannotGrant as refusal:
        raise CannotTake(
            f"{by.name}, who invited you, can no longer give you this role."
            " Ask for another invitation.",
        ) from refusal
    return member


def _newcomer(invitation: Invitation) -> Newcomer:
    return Newcomer(
        invitation.name,
        invitation.email,
        invitation.unit,
        invitation.kind,
        invitation.role_until,
        invitation.dataset,
        invitation.reason,
    )


def _clear_spent(organisation: Organisation, email: str, at: datetime) -> None:
    """Whose week is over no longer stands in the way of another."""
    open_ones(organisation).filter(email=email, good_until__lte=at).update(withdrawn_at=at)


def _write(invitation: Invitation, by: Member, at: datetime) -> None:
    ours = invitation.organisation
    lines = [
        f"{by.name} invites you to work for {ours.name} in Muster:",
        "",
        f"{invitation}.",
        "",
        f"Why: {invitation.reason}",
        "",
        f"Come in here, within a week: {LINK}",
        "The link works once, for you alone. Did you not expect it? Then leave it be.",
    ]
    notices.queue(
        Notice(
            organisation=ours,
            invitation=invitation,
            subject=f"Come and work for {ours.name}",
            words="\n".join(lines),
            made_at=at,
        )
    )


def _tell(
    invitation: Invitation, kind: str, *, by: Member | None, at: datetime, reason: str
) -> None:
    telling.tell(
        kind,
        invitation.organisation,
        by=by,
        at=at,
        about=("invitation", invitation.pk),
        reason=reason,
        role=invitation.kind,
        unit=invitation.unit_id,
    )


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
