"""What is kept too long goes by itself: rules are switched on once somebody saw what would go.

Each room says what it can purge, and whom there is a reason in law to keep (DP-5).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from muster.organisations import auditing
from muster.organisations.models import Member, Organisation
from muster.privacy.models import Purge, RetentionRule

ON, OFF, PAUSED, GOES_ON = (
    "retention rule on",
    "retention rule off",
    "retention rule paused",
    "retention rule goes on",
)
PURGED = "purged"
AT_ONCE = 500


class CannotRetain(Exception):
    """Why the rule cannot be so."""


@dataclass(frozen=True)
class Kept:
    """One kind of thing that may be purged: in words, with how long it is kept by default.

    `count`, `sample` and `purge` take the organisation and the instant before which it is too old;
    `purge` removes so many at most in the caller's transaction and says how many.
    """

    key: str
    what: str
    why: str
    days: int
    count: Callable[[Organisation, datetime], int]
    sample: Callable[[Organisation, datetime], list[str]]
    purge: Callable[[Organisation, datetime, int, datetime], int]

    @property
    def years(self) -> int:
        """The same in whole years, for whoever reads; 0 under one."""
        return round(self.days / 365.25) if self.days >= 365 else 0


_kinds: dict[str, Kept] = {}
_reasons: list[Q] = []


def register(kept: Kept) -> None:
    """A room says what it can purge."""
    _kinds[kept.key] = kept


def keep(people: Q) -> None:
    """A room says of which people there is a reason to keep them: no rule ever takes them."""
    _reasons.append(people)


def to_be_kept() -> list[Q]:
    return list(_reasons)


def kinds() -> list[Kept]:
    """Everything that may be purged, by what it is."""
    return sorted(_kinds.values(), key=lambda kept: kept.what)


def kind(key: str) -> Kept | None:
    return _kinds.get(key)


def switch_on(
    organisation: Organisation, key: str, *, days: int, by: Member, at: datetime
) -> RetentionRule:
    """From the next night on, what is older goes. Raises `CannotRetain`."""
    if key not in _kinds:
        raise CannotRetain("There is nothing of that kind to purge.")
    if not 1 <= days <= 36_500:
        raise CannotRetain("Choose from 1 day to 100 years.")
    with transaction.atomic():
        rule, _ = RetentionRule.objects.update_or_create(
            organisation=organisation,
            kind=key,
            defaults={
                "days": days,
                "on_by": by,
                "on_at": at,
                "paused_by": None,
                "paused_at": None,
            },
        )
        _note(ON, rule, by, at, days=days)
    return rule


def switch_off(rule: RetentionRule, *, by: Member, at: datetime) -> None:
    """Keep it all from now on. What went is gone; the audit keeps how much."""
    with transaction.atomic():
        _note(OFF, rule, by, at)
        rule.delete()


def pause(rule: RetentionRule, *, by: Member, at: datetime) -> None:
    """Nothing goes until somebody goes on; a run under way stops at its next chunk."""
    with transaction.atomic():
        if RetentionRule.objects.filter(pk=rule.pk, paused_at=None).update(
            paused_by=by, paused_at=at
        ):
            _note(PAUSED, rule, by, at)


def go_on(rule: RetentionRule, *, by: Member, at: datetime) -> None:
    with transaction.atomic():
        on_hold = RetentionRule.objects.filter(pk=rule.pk, paused_at__isnull=False)
        if on_hold.update(paused_by=None, paused_at=None):
            _note(GOES_ON, rule, by, at)


def run(rule: RetentionRule, at: datetime) -> int:
    """Purge in chunks until nothing is too old, or somebody pauses; how many went.

    A run that broke off goes on with the day it began with.
    """
    kept = _kinds.get(rule.kind)
    if kept is None:
        return 0
    purge, _ = Purge.objects.get_or_create(
        rule=rule,
        finished_at=None,
        defaults={"before": at - timedelta(days=rule.days), "began_at": at},
    )
    while (gone := _chunk(kept, purge, at)) == AT_ONCE:
        pass
    if gone >= 0:
        _finish(purge, at)
    return purge.gone


def _chunk(kept: Kept, purge: Purge, at: datetime) -> int:
    """One chunk in one transaction; -1: paused or switched off."""
    with transaction.atomic():
        rules = RetentionRule.objects.select_for_update().filter(pk=purge.rule_id, paused_at=None)
        rule = rules.select_related("organisation").first()
        if rule is None:
            return -1
        gone = kept.purge(rule.organisation, purge.before, AT_ONCE, at)
        purge.gone += gone
        Purge.objects.filter(pk=purge.pk).update(gone=purge.gone)
    return gone


def _finish(purge: Purge, at: datetime) -> None:
    with transaction.atomic():
        if not purge.gone:
            purge.delete()  # a night without anything to do is nothing to keep
            return
        if Purge.objects.filter(pk=purge.pk, finished_at=None).update(finished_at=at):
            _note(PURGED, purge.rule, None, at, gone=purge.gone)


def _note(kind: str, rule: RetentionRule, by: Member | None, at: datetime, **codes: Any) -> None:
    about = ("retention rule", rule.pk)
    auditing.note(kind, rule.organisation, by=by, at=at, about=about, of=rule.kind, **codes)
