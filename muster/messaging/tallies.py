"""Counts kept in step with deliveries, in the transaction that ends them."""

from collections import Counter

from muster.messaging.statements import listed, numbers, run

# In order of place: two lanes that share a slot then wait for each other, never in a circle.
SEATS = """
INSERT INTO messaging_seattally AS t (sending_id, place_id, slot, total, delivered, failed,
                                      left_out, uncertain)
SELECT %(sending)s, place, %(slot)s, total, 0, 0, left_out, 0
  FROM unnest(%(places)s::bigint[], %(totals)s::integer[], %(left_out)s::integer[])
       AS counted(place, total, left_out)
 ORDER BY place
    ON CONFLICT (sending_id, place_id, slot) DO UPDATE
   SET total = t.total + excluded.total, left_out = t.left_out + excluded.left_out
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


def tally(
    *,
    sending_id: int,
    slot: int,
    totals: Counter[int],
    left_out: Counter[int],
    reasons: Counter[tuple[str, str]],
) -> None:
    """Add to a lane's own slot: who moved in or (below nought) out of each seat, who was left out
    of it, and for what (rule, reason). The last words of a transaction, as lanes that share a
    slot wait from here."""
    places = sorted({*totals, *left_out})
    run(
        SEATS,
        {
            "sending": sending_id,
            "slot": slot,
            "places": numbers(places),
            "totals": numbers([totals[place] for place in places]),
            "left_out": numbers([left_out[place] for place in places]),
        },
    )
    if reasons:
        run(
            REASONS,
            {
                "sending": sending_id,
                "slot": slot,
                "rules": listed(rule for rule, _ in reasons),
                "reasons": listed(reason for _, reason in reasons),
                "people": numbers(reasons.values()),
            },
        )
