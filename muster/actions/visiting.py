"""Visits by our links: how many came by each source code on each day, and nobody's name."""

from datetime import datetime
from typing import Any

KEEP_SQL = """
INSERT INTO actions_visit AS v (organisation_id, source_id, day, people, machines)
SELECT %(organisation)s, s.id, r.day, sum(r.people), sum(r.machines)
  FROM jsonb_to_recordset(%(rows)s::jsonb)
       AS r(code text, day date, people integer, machines integer)
  JOIN actions_sourcecode s ON s.code = r.code AND s.organisation_id = %(organisation)s
 GROUP BY s.id, r.day
 ORDER BY s.id, r.day
    ON CONFLICT (source_id, day) DO UPDATE
   SET people = v.people + EXCLUDED.people, machines = v.machines + EXCLUDED.machines
RETURNING id
"""
"""Asks: organisation, rows. A code that is nobody's counts for nothing."""


def row(code: str, *, is_machine: bool, at: datetime) -> dict[str, Any]:
    """As `KEEP_SQL` takes it."""
    return {
        "code": code,
        "day": at.date().isoformat(),
        "people": int(not is_machine),
        "machines": int(is_machine),
    }
