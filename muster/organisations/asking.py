"""Whoever is to administer the whole organisation is asked for by one and allowed by another."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from muster.organisations import granting, notices, telling
from muster.organisations.granting import Wanted
from muster.organisations.models import Member, Organisation, Role, RoleAsked


class CannotAnswer(Exception):
    """Why what was asked cannot be allowed or refused, in words."""


def give(member: Member, wanted: Wanted, *, by: Member, at: datetime) -> Role | RoleAsked:
    """Give the role, or ask another administrator for it where one must allow it.

    Raises `granting.CannotGrant`. Asking twice is asking once.
    """
    ours = member.organisation
    with transaction.atomic():
        granting.lock(ours)
        if found := granting.problems(member, wanted, by=by, at=at):
            raise granting.CannotGrant(*found)
        if not granting.needs_another(ours, wanted, by=by, at=at):
            return granting.make(member, wanted, by=by, at=at)
        _refuse_if_nobody_could(ours, by=by, at=at)
        return _ask(member, wanted, by=by, at=at)


def _ask(member: Member, wanted: Wanted, *, by: Member, at: datetime) -> RoleAsked:
    asked, is_fresh = RoleAsked.objects.get_or_create(
        organisation=member.organisation,
        member=member,
        unit=wanted.unit,
        kind=wanted.kind,
        dataset=wanted.dataset,
        answered_at=None,
        defaults={
            "expires_at": wanted.until,
            "reason": wanted.reason,
            "asked_by": by,
            "asked_at": at,
        },
    )
    if is_fresh:
        _tell(asked, telling.ROLE_ASKED, by=by, at=at, reason=wanted.reason)
    return asked


def allow(asked: RoleAsked, *, by: Member, at: datetime) -> Role:
    """Allow what another asked for. Raises `CannotAnswer`; twice is refused the second time.

    Whoever asked must still be able to give it: someone since gone hands nothing on.
    """
    with transaction.atomic():
        granting.lock(asked.organisation)
        asked = _open(asked)
        if by == asked.asked_by:
            raise CannotAnswer("You asked for it yourself: another administrator allows it.")
        if by == asked.member:
            raise CannotAnswer("It is for yourself: another administrator allows it.")
        wanted = Wanted(asked.unit, asked.kind, asked.expires_at, asked.dataset, asked.reason)
        for each in (asked.asked_by, by):
            if found := granting.problems(asked.member, wanted, by=each, at=at):
                raise CannotAnswer(*found)
        _answer(asked, by=by, at=at, is_allowed=True)
        _tell(asked, telling.ROLE_ALLOWED, by=by, at=at, reason=asked.reason)
        return granting.make(asked.member, wanted, by=asked.asked_by, at=at)


def refuse(asked: RoleAsked, *, by: Member, at: datetime, reason: str = "") -> None:
    """Refuse what was asked for, or take one's own asking back. Raises `CannotAnswer`."""
    if not reason.strip():
        raise CannotAnswer(granting.WHY)
    with transaction.atomic():
        granting.lock(asked.organisation)
        asked = _open(asked)
        _answer(asked, by=by, at=at, is_allowed=False)
        _tell(asked, telling.ROLE_REFUSED, by=by, at=at, reason=reason.strip())
        if by != asked.asked_by:
            words = f"{by.name} did not allow: {asked}, for {asked.member.name}."
            notices.tell(asked.asked_by, [words, "", f"Why: {reason.strip()}"], at=at)


def waiting(organisation: Organisation) -> QuerySet[RoleAsked]:
    """What waits for another administrator, the oldest first."""
    asked = RoleAsked.objects.filter(
        organisation=organisation, answered_at=None, member__ended_at=None
    )
    return asked.select_related("member", "unit", "asked_by").order_by("asked_at")


def _open(asked: RoleAsked) -> RoleAsked:
    every = RoleAsked.objects.select_related("organisation", "member", "unit", "asked_by")
    found = every.get(pk=asked.pk)
    if found.answered_at is not None:
        raise CannotAnswer("It was answered already.")
    return found


def _answer(asked: RoleAsked, *, by: Member, at: datetime, is_allowed: bool) -> None:
    RoleAsked.objects.filter(pk=asked.pk).update(
        answered_by=by, answered_at=at, is_allowed=is_allowed
    )


def _refuse_if_nobody_could(ours: Organisation, *, by: Member, at: datetime) -> None:
    heads = granting.heads_of_all(Role.objects.in_force(at), ours)
    if not heads.exclude(member=by).exists():
        raise granting.CannotGrant(
            "Another administrator must allow this, and there is none now. A week after the last"
            " one went you may name one alone."
        )


def _tell(asked: RoleAsked, kind: str, *, by: Member, at: datetime, reason: str) -> None:
    telling.tell(
        kind,
        asked.organisation,
        by=by,
        at=at,
        about=("member", asked.member_id),
        reason=reason,
        role=asked.kind,
        unit=asked.unit_id,
    )
