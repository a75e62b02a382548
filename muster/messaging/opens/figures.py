"""What a sending's links and pictures tell, as description only: no figure rests on it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Sum

from muster.actions.models import SourceCode, Visit
from muster.messaging.models import Sending
from muster.messaging.opens import counting

COUNTED_OF = """
SELECT count(*) FILTER (WHERE d.person_id IS NOT NULL),
       count(*) FILTER (WHERE o.opened_at IS NOT NULL),
       count(*) FILTER (WHERE o.machine_at IS NOT NULL)
  FROM (SELECT DISTINCT ON (person_id) person_id, is_given FROM people_consentevent
         WHERE organisation_id = %(organisation)s AND channel = 'email' AND purpose = 'opens'
         ORDER BY person_id, at DESC, is_given) agreed
  JOIN messaging_delivery d ON d.month = %(month)s AND d.sending_id = %(sending)s
   AND d.person_id = agreed.person_id AND d.state = 2
   AND (%(seats)s::bigint[] IS NULL OR d.place_id = ANY(%(seats)s::bigint[]))
  LEFT JOIN messaging_opened o ON o.sending_id = d.sending_id AND o.person_id = d.person_id
 WHERE agreed.is_given
"""


@dataclass(frozen=True)
class Figures:
    """Visits by its links, and opens among those who `agreed`; machines apart."""

    visits: int
    machine_visits: int
    is_counted: bool = False
    agreed: int = 0
    opened: int = 0
    machines: int = 0


def figures_of(sending: Sending, seats: Collection[int] | None = None) -> Figures:
    """In some seats (ids), or everywhere."""
    codes = SourceCode.objects.filter(
        organisation=sending.organisation_id, about_kind="sending", about_id=sending.pk
    )
    if seats is not None:
        codes = codes.filter(place_id__in=seats)
    seen = Visit.objects.filter(source__in=codes).aggregate(
        people=Sum("people", default=0), machines=Sum("machines", default=0)
    )
    if not counting.is_on(sending.organisation_id):
        return Figures(seen["people"], seen["machines"])
    asked: dict[str, Any] = {
        "organisation": sending.organisation_id,
        "month": sending.month,
        "sending": sending.pk,
        "seats": None if seats is None else list(seats),
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNTED_OF, asked)
        agreed, opened, machines = cursor.fetchone()
    return Figures(seen["people"], seen["machines"], True, agreed, opened, machines)
