"""What people did on it: the journal's facts that came by one of its links."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q

from muster.actions.models import SourceCode
from muster.audiences import deeds
from muster.journal.models import Fact
from muster.messaging import facts
from muster.messaging.models import Sending


@dataclass(frozen=True)
class Done:
    """How many people did one thing."""

    words: str
    people: int


def deeds_of(sending: Sending, seats: Collection[int] | None = None) -> list[Done]:
    """What came of it, the commonest first; in some seats (ids), or everywhere."""
    codes = SourceCode.objects.filter(
        organisation=sending.organisation_id, about_kind="sending", about_id=sending.pk
    )
    by_link = Q(source__in=list(codes.values_list("code", flat=True)))
    left = Q(kind=facts.UNSUBSCRIBED, about_kind="sending", about_id=sending.pk)
    found = Fact.objects.filter(
        by_link | left,
        organisation=sending.organisation_id,
        kind__in=deeds.theirs(),
        at__gte=sending.began_at,
    )
    if seats is not None:
        found = found.filter(place_id__in=seats)
    known = deeds.known()
    counted = found.values("kind").annotate(people=Count("person_id", distinct=True)).order_by()
    done = [Done(known[row["kind"]].name, row["people"]) for row in counted]
    return sorted(done, key=lambda one: (-one.people, one.words))
