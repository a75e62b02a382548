"""Whom a server put off: counted in as it happens, and out when their turn comes again."""

from collections import Counter

from muster.messaging.statements import listed, numbers, run

ADD = """
INSERT INTO messaging_defertally AS t (sending_id, reason, slot, people)
SELECT %(sending)s, reason, %(slot)s, people
  FROM unnest(%(reasons)s::text[], %(people)s::integer[]) AS counted(reason, people)
 ORDER BY reason
    ON CONFLICT (sending_id, reason, slot) DO UPDATE SET people = t.people + excluded.people
"""


def take_up(sending_id: int, slot: int, reasons: Counter[str]) -> None:
    """These wait no longer: they are claimed again, or left out."""
    if not reasons:
        return
    run(
        ADD,
        {
            "sending": sending_id,
            "slot": slot,
            "reasons": listed(reasons),
            "people": numbers(-people for people in reasons.values()),
        },
    )
