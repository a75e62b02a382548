"""Choosing people by special-category fields: who may, and who allows it (DP-9, DP-9T).

Without a legal condition nothing special is held, so nothing is asked of it. Otherwise only who
said yes to it explicitly is found (`people.explicit`), and the others are told as left out. A party
may reach further: its data lead allows one version, for one reason, of everybody in it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from muster.audiences import criteria
from muster.audiences.models import Audience, SpecialUse
from muster.audiences.rules import Node, Unclear, leaves
from muster.organisations import auditing, conditions
from muster.organisations.models import LegalCondition, Member, Organisation

LOOKED = "audience by special data looked at"
ALLOWED = "special use of an audience allowed"
LONGEST_REASON = 500


class Kind(StrEnum):
    ALLOW = "allow"
    BLOCK = "block"


@dataclass(frozen=True)
class Verdict:
    """What may be done with an audience, by which rule, in words. `fields`: the special ones.

    `is_wide`: it finds everybody, not only who consented explicitly. `may_be`: the data lead may
    let it.
    """

    kind: Kind
    rule: str = ""
    words: str = ""
    fields: tuple[str, ...] = ()
    is_wide: bool = True
    may_be: bool = False


class NotAllowed(Exception):
    """Why people may not be chosen by this."""


def fields_used(definition: Node, organisation: Organisation) -> list[str]:
    """Their names, in order, each once; those of audiences within it too."""
    found = (criteria.of(leaf).special(leaf, organisation) for leaf in leaves(definition["who"]))
    return sorted({name for names in found if names for name in names.split(", ")})


def judge(
    definition: Node, organisation: Organisation, audience: Audience | None = None
) -> Verdict:
    """May people be chosen by this definition? `audience`: the saved one it is the word of."""
    try:
        used = tuple(fields_used(definition, organisation))
    except Unclear:
        return Verdict(Kind.ALLOW)  # what cannot be read is not asked either
    if not used:
        return Verdict(Kind.ALLOW)
    condition = conditions.standing(organisation)
    if condition is None:
        return Verdict(Kind.BLOCK, "DP-9", conditions.NONE, used, is_wide=False)
    is_party = condition.kind == LegalCondition.Kind.PARTY
    if is_party and audience and audience.definition == definition and _is_allowed(audience, used):
        return Verdict(Kind.ALLOW, "DP-9T", "", used)
    named = " and ".join(f"“{name}”" for name in used)
    words = f"People are chosen by {named} only with the explicit consent of each."
    return Verdict(Kind.ALLOW, "DP-9T", words, used, is_wide=False, may_be=is_party)


def is_wide(definition: Node, organisation: Organisation, audience: Audience | None = None) -> bool:
    """Does it find everybody it describes, rather than only who consented explicitly?"""
    return judge(definition, organisation, audience).is_wide


def _is_allowed(audience: Audience, used: tuple[str, ...]) -> bool:
    """Just this version, and no field more: an audience within it may have changed since."""
    allowed = SpecialUse.objects.filter(audience=audience, number=audience.version)
    return allowed.filter(fields=_listed(used)).exists()


def _listed(fields: tuple[str, ...]) -> str:
    return ", ".join(fields)[:500]


def check_may_look(definition: Node, organisation: Organisation) -> None:
    """Refuse to count what may not be asked at all. Raises `NotAllowed`."""
    verdict = judge(definition, organisation)
    if verdict.kind is Kind.BLOCK:
        raise NotAllowed(f"{verdict.words} ({verdict.rule})")


def allow(audience: Audience, *, by: Member, reason: str, at: datetime) -> None:
    """The data lead lets this version be used; the audit keeps who, why, and of what.

    Pressing twice is pressing once. Raises `NotAllowed`.
    """
    reason = " ".join(reason.split())
    if not reason or "\0" in reason or len(reason) > LONGEST_REASON:
        raise NotAllowed(f"Say why, in at most {LONGEST_REASON} characters.")
    with transaction.atomic():
        locked = Audience.objects.select_for_update().get(pk=audience.pk)
        verdict = judge(locked.definition, locked.organisation, locked)
        if not verdict.may_be:
            if verdict.words:
                raise NotAllowed(verdict.words)
            return
        SpecialUse.objects.create(
            organisation_id=locked.organisation_id,
            audience=locked,
            number=locked.version,
            fields=_listed(verdict.fields),
            reason=reason,
            by=by,
            at=at,
        )
        auditing.note(
            ALLOWED,
            locked.organisation,
            by=by,
            at=at,
            about=("audience", locked.pk),
            reason=reason,
            version=locked.version,
        )


def note_look(organisation: Organisation, *, by: Member, at: datetime, how_many: int) -> None:
    """Write down that a member saw names of people chosen by special data (SEC-3)."""
    auditing.note(LOOKED, organisation, by=by, at=at, shown=how_many)
