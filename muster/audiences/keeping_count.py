"""How many were in a saved audience when it was last counted: kept, so that a list need not count.

Kept whenever somebody who reaches everybody opens it, and by a job for what nobody opened lately.
"""

from datetime import datetime, timedelta

from django.db.models import Q

from muster.audiences import compiling, counting, special
from muster.audiences.models import Audience
from muster.audiences.rules import Unclear
from muster.organisations.models import Organisation
from muster.people import summing_up

STALE = timedelta(hours=12)
AT_ONCE = 100  # audiences counted in one go of the job


def keep(audience: Audience, total: int, *, at: datetime) -> None:
    """Note what was just counted, of everybody, unless it says something else meanwhile."""
    same = Audience.objects.filter(pk=audience.pk, version=audience.version)
    same.update(counted=total, counted_at=at)


def refresh(organisation: Organisation, *, at: datetime) -> int:
    """Count what was not counted for half a day; returns how many were. Twice is once."""
    stale = Q(counted_at=None) | Q(counted_at__lt=at - STALE)
    kept = Audience.objects.kept(organisation).filter(stale)
    waiting = list(kept.order_by("counted_at", "pk")[:AT_ONCE])
    if waiting:
        summing_up.catch_up(organisation.pk)
    return sum(_count(audience, at) for audience in waiting)


def _count(audience: Audience, at: datetime) -> bool:
    """What may not be asked is not counted, nor what takes too long; its old number goes."""
    asked = (audience.definition, audience.organisation)
    try:
        special.check_may_look(*asked)
        wide = special.is_wide(*asked, audience)
        total = counting.ask(compiling.sql("count", *asked, at=at, wide=wide))[0][0]
    except (special.NotAllowed, Unclear):
        Audience.objects.filter(pk=audience.pk).update(counted=None, counted_at=None)
        return False
    keep(audience, total, at=at)
    return True
