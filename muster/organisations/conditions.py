"""On what condition of the law political opinions and the like may be held at all (DP-9)."""

from datetime import datetime

from django.db import transaction

from muster.organisations import telling
from muster.organisations.granting import lock
from muster.organisations.models import Campaigner, LegalCondition, Member, Organisation
from muster.organisations.units import CannotSettle

NONE = "No legal condition to hold political opinions."
"""What is said wherever something special is refused for want of one."""
PARTIES = (Campaigner.Kind.PARTY, Campaigner.Kind.PARTY_UNIT)


def standing(organisation: Organisation) -> LegalCondition | None:
    """The condition in force, if the organisation has settled on one."""
    found = LegalCondition.objects.filter(organisation=organisation, ended_at=None)
    return found.select_related("by").first()


def may_hold_special(organisation: Organisation) -> bool:
    """May anything special be held here: a condition is in force?

    Under `members` and `consent` it may be held of some people only: `covers_everyone`.
    """
    return standing(organisation) is not None


def covers_everyone(organisation: Organisation) -> bool:
    """Does the condition cover anybody on the list, rather than members or who consented?"""
    found = standing(organisation)
    return found is not None and found.kind == LegalCondition.Kind.PARTY


def settle(
    organisation: Organisation, *, kind: str, policy: str, by: Member, at: datetime
) -> LegalCondition:
    """Say which condition holds from now on; the one before ends. Raises `CannotSettle`."""
    policy = policy.strip()
    with transaction.atomic():
        lock(organisation)
        if problems := _problems(organisation, kind, policy):
            raise CannotSettle(*problems)
        _end(organisation, by, at)
        condition = LegalCondition.objects.create(
            organisation=organisation, kind=kind, policy=policy, by=by, at=at
        )
        telling.tell(
            telling.CONDITION_SET,
            organisation,
            by=by,
            at=at,
            about=("legal condition", condition.pk),
            condition=kind,
        )
    return condition


def end(organisation: Organisation, *, by: Member, at: datetime) -> None:
    """Nothing special may be held from now on. Doing it twice is doing it once."""
    with transaction.atomic():
        lock(organisation)
        for ended in _end(organisation, by, at):
            telling.tell(
                telling.CONDITION_ENDED,
                organisation,
                by=by,
                at=at,
                about=("legal condition", ended.pk),
                condition=ended.kind,
            )


def _end(organisation: Organisation, by: Member, at: datetime) -> list[LegalCondition]:
    in_force = LegalCondition.objects.filter(organisation=organisation, ended_at=None)
    ended = list(in_force)
    in_force.update(ended_at=at, ended_by=by)
    return ended


def _problems(organisation: Organisation, kind: str, policy: str) -> list[str]:
    problems = []
    if kind not in LegalCondition.Kind.values:
        problems.append("Choose the condition you rely on.")
    if not policy:
        problems.append("Say where your policy document is: the law wants one to stand ready.")
    is_party = organisation.campaigners.filter(kind__in=PARTIES).exists()
    if kind == LegalCondition.Kind.PARTY and not is_party:
        problems.append(
            "Only a registered party may rely on paragraph 22. Add your party under Campaigners"
            " first, or choose another condition."
        )
    return problems
