"""How a batch stands, in one cheap look."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from muster.publishing.models import Batch

NOW = """
SELECT p.place_id, p.kind, p.state, p.review, p.held_at IS NOT NULL,
       CASE WHEN p.held_at IS NOT NULL AND p.state <> 'failed' THEN p.held_reason ELSE p.reason END,
       p.live_at, p.remote_url, p.digest, p.is_on, p.removed_at, p.staged_at
  FROM publishing_publication p
 WHERE p.batch_id = %s AND p.state <> 'withdrawn'
UNION ALL
SELECT * FROM (
    SELECT DISTINCT ON (p.place_id, p.kind)
           p.place_id, p.kind, p.state, p.review, false,
           p.reason, p.live_at, p.remote_url, p.digest, p.is_on, p.removed_at, p.staged_at
      FROM publishing_publication p
     WHERE p.batch_id = %s AND p.state = 'withdrawn'
       AND NOT EXISTS (SELECT FROM publishing_publication o
                        WHERE o.batch_id = p.batch_id AND o.kind = p.kind
                          AND o.place_id = p.place_id AND o.state <> 'withdrawn')
     ORDER BY p.place_id, p.kind, p.id DESC) AS gone
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One post or ad. `is_on`: an ad runs; `removed_at`: withdrawn, and down at the network."""

    place_id: int
    kind: str
    state: str
    review: str
    held: bool
    reason: str
    live_at: datetime | None
    remote_url: str
    digest: str
    is_on: bool
    removed_at: datetime | None
    staged_at: datetime | None


def of(batch: Batch) -> list[Row]:
    """Each seat's post and ad as they stand; of withdrawn ones the last, if nothing came after."""
    with connection.cursor() as cursor:
        cursor.execute(NOW, [batch.pk, batch.pk])
        return [Row(*row) for row in cursor.fetchall()]


def counts(batch: Batch) -> dict[tuple[str, str], int]:
    """How many of each kind are in each state: (kind, state) → number."""
    return dict(Counter((row.kind, row.state) for row in of(batch)))
