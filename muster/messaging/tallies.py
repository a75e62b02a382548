"""Counts kept in step with deliveries, in the transaction that ends them."""

from collections import Counter
from collections.abc import Sequence

from muster.messaging.statements import listed, run

# In order of place: two lanes that share a slot then wait for each other, never in a circle.
LEFT_OUT = """
INSERT INTO messaging_seattally (sending_id, place_id, slot, total, delivered, failed, left_out,
                                 uncertain)
SELECT %(sending)s, place, %(slot)s, 0, 0, 0, people, 0
  FROM unnest(%(places)s::bigint[], %(people)s::integer[]) AS counted(place, people)
 ORDER BY place
    ON CONFLICT (sending_id, place_id, slot) DO UPDATE
   SET left_out = messaging_seattally.left_out + excluded.left_out
"""
REASONS = """
INSERT INTO messaging_reasontally (sending_id, rule, reason, slot, people)
SELECT %(sending)s, rule, reason, %(slot)s, people
  FROM unnest(%(rules)s::text[], %(reasons)s::text[], %(people)s::integer[])
       AS counted(rule, reason, people)
 ORDER BY rule, reason
    ON CONFLICT (sending_id, rule, reason, slot) DO UPDATE
   SET people = messaging_reasontally.people + excluded.people
"""


def tally_left_out(
    *,
    sending_id: int,
    slot: int,
    places: Sequence[int],
    decisions: Sequence[tuple[str, str]],
) -> None:
    """Add people left out: one place and one (rule, reason) for each. The last words of a
    transaction, as lanes that share a slot wait from here."""
    by_place, by_reason = Counter(places), Counter(decisions)
    run(
        LEFT_OUT,
        {
            "sending": sending_id,
            "slot": slot,
            "places": listed(by_place),
            "people": listed(by_place.values()),
        },
    )
    run(
        REASONS,
        {
            "sending": sending_id,
            "slot": slot,
            "rules": listed(rule for rule, _ in by_reason),
            "reasons": listed(reason for _, reason in by_reason),
            "people": listed(by_reason.values()),
        },
    )
