"""After a backup was restored: whoever was erased since is erased again (DP-17)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from muster.organisations.models import Organisation
from muster.people import erasing, suppressing, tombstones
from muster.people.models import Person, Suppression
from muster.people.tombstones import Tombstone


@dataclass(frozen=True)
class Reapplied:
    """What it came to: erasures read, people found again and erased, addresses stopped anew."""

    read: int
    erased: int
    stopped: int


def reapply(erasures: Iterable[Tombstone], *, at: datetime) -> Reapplied:
    """Erase whoever is on a list again. Safe to run again: the second time finds nobody."""
    by_list: dict[str, list[Tombstone]] = defaultdict(list)
    for each in erasures:
        by_list[each.organisation].append(each)
    erased = stopped = 0
    for organisation in Organisation.objects.filter(slug__in=by_list):
        stopped += _stop(organisation, by_list[organisation.slug])
        erased += _erase(organisation, {each.person for each in by_list[organisation.slug]}, at)
    return Reapplied(sum(map(len, by_list.values())), erased, stopped)


def _stop(organisation: Organisation, erasures: list[Tombstone]) -> int:
    ours = Suppression.objects.filter(organisation=organisation)
    before = ours.count()
    Suppression.objects.bulk_create(
        [
            Suppression(
                organisation=organisation,
                channel=channel,
                key=key,
                reason=suppressing.ERASED,
                at=each.at,
            )
            for each in erasures
            for channel, key in each.stops
        ],
        batch_size=2_000,
        ignore_conflicts=True,
    )
    return ours.count() - before


def _erase(organisation: Organisation, hashes: set[bytes], at: datetime) -> int:
    everyone = Person.objects.filter(organisation=organisation).values_list("pk", "code")
    back = [pk for pk, code in everyone.iterator(5_000) if tombstones.hash_of(code) in hashes]
    for person in Person.objects.filter(pk__in=back).select_related("organisation"):
        erasing.erase(person, by=None, at=at)
    return len(back)
