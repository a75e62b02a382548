"""How a sending stands seat by seat, in one quick look whatever its size."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from muster.messaging.models import Sending

SEATS = """
SELECT place_id, sum(total)::integer, sum(delivered)::integer, sum(failed)::integer,
       sum(left_out)::integer, sum(uncertain)::integer, min(first_at)
  FROM messaging_seattally WHERE sending_id = %s GROUP BY place_id
"""


@dataclass(frozen=True, slots=True)
class SeatNow:
    """One seat: total = delivered + failed + left_out + uncertain + waiting, always.

    `first_at` is when its first message was accepted.
    """

    total: int
    delivered: int
    failed: int
    left_out: int
    uncertain: int
    first_at: datetime | None

    @property
    def waiting(self) -> int:
        ended = self.delivered + self.failed + self.left_out + self.uncertain
        return self.total - ended


NOBODY = SeatNow(0, 0, 0, 0, 0, None)


def seats_of(sending: Sending) -> dict[int, SeatNow]:
    """Every seat by its place's id. Empty until it is laid out."""
    with connection.cursor() as cursor:
        cursor.execute(SEATS, [sending.pk])
        return {row[0]: SeatNow(*row[1:]) for row in cursor.fetchall()}
