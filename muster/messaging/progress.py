"""How a sending stands: numbers that add up to its audience, cheap at a million deliveries."""

import time
from collections import deque
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from muster.messaging import rules
from muster.messaging.models import Sending
from muster.messaging.rules import FirstTimes
from muster.messaging.timing.rules import share_of

RECENT = 5.0  # seconds over which the present pace is taken

# One statement, so that all of it is of the same moment. Claims lie in the chunks that jobs are at;
# one that a lost job left counts as waiting until it is taken back.
TALLIES = """
SELECT 'seat', coalesce(p.code, ''), sum(t.total), sum(t.delivered), sum(t.failed),
       sum(t.left_out), sum(t.uncertain), min(t.first_at)
  FROM messaging_seattally t LEFT JOIN places_place p ON p.id = t.place_id
 WHERE t.sending_id = %(sending)s
 GROUP BY p.code
 UNION ALL
SELECT 'reason', reason, sum(people), 0, 0, 0, 0, NULL
  FROM messaging_reasontally
 WHERE sending_id = %(sending)s GROUP BY reason
 UNION ALL
SELECT 'back', '', count(*), 0, 0, 0, 0, NULL
  FROM messaging_return WHERE sending_id = %(sending)s AND was_delivered
 UNION ALL
SELECT 'put off', reason, sum(people), 0, 0, 0, 0, NULL
  FROM messaging_defertally
 WHERE sending_id = %(sending)s GROUP BY reason
 UNION ALL
SELECT 'claimed', '', count(*), 0, 0, 0, 0, NULL
  FROM messaging_delivery
 WHERE month = %(month)s AND sending_id = %(sending)s AND state = 1 AND chunk = ANY (ARRAY(
       SELECT (args->>'chunk')::integer FROM procrastinate_jobs
        WHERE status = 'doing' AND task_name = 'messaging.deliver'
          AND (args->>'sending')::bigint = %(sending)s))
 ORDER BY 1, 3 DESC, 2
"""
TO_DO = """
SELECT coalesce(p.code, ''), count(*)
  FROM messaging_delivery d LEFT JOIN places_place p ON p.id = d.place_id
 WHERE d.month = %s AND d.sending_id = %s AND d.chunk = 0 GROUP BY p.code
"""


@dataclass(frozen=True)
class Seat:
    """One seat's numbers: done = delivered + failed + left out + uncertain."""

    total: int
    done: int
    delivered: int
    failed: int
    left_out: int
    uncertain: int


@dataclass(frozen=True)
class Progress:
    """One sending now. audience = delivered + failed + left out + uncertain + waiting, always.

    Of those waiting, `claimed` are being handed over, `put_off` were refused for now (by what was
    said) and go again, and `queued` are all others; `later` are the rest of a share. `per_second`
    is messages delivered a second lately, or on the whole once it is finished.
    """

    sending_id: int
    state: str
    audience: int
    delivered: int
    failed: int
    left_out: dict[str, int]
    uncertain: int
    waiting: int
    claimed: int
    put_off: dict[str, int]
    queued: int
    later: int
    per_second: float
    first_times: FirstTimes
    seats: dict[str, Seat]
    pressed_at: datetime
    finished_at: datetime | None
    came_back: int = 0
    """Of those delivered, how many came back later: no end of their own, so nobody counts twice."""

    @property
    def done(self) -> int:
        return self.audience - self.waiting

    def as_json(self) -> dict[str, Any]:
        """The same for a page's script: plain numbers and words."""
        return {
            "sending_id": self.sending_id,
            "state": self.state,
            "audience": self.audience,
            "delivered": self.delivered,
            "came_back": self.came_back,
            "failed": self.failed,
            "left_out": self.left_out,
            "left_out_total": sum(self.left_out.values()),
            "uncertain": self.uncertain,
            "waiting": self.waiting,
            "claimed": self.claimed,
            "put_off": self.put_off,
            "put_off_total": self.waiting - self.claimed - self.queued,
            "queued": self.queued,
            "later": self.later,
            "done": self.done,
            "per_second": round(self.per_second, 1),
            **asdict(self.first_times),
            "seats": {code: asdict(seat) for code, seat in self.seats.items()},
            "pressed_at": self.pressed_at.isoformat(),
            "finished_at": self.finished_at.isoformat() if self.finished_at else None,
        }


def progress(sending: Sending) -> Progress:
    """Read how a sending stands, in a few milliseconds whatever its size."""
    sending = Sending.objects.get(pk=sending.pk)
    with connection.cursor() as cursor:
        cursor.execute(TALLIES, {"sending": sending.pk, "month": sending.month})
        rows = cursor.fetchall()
        to_do = _to_do(cursor, sending)
    by_seat = [row[1:] for row in rows if row[0] == "seat"]
    seats = {row[0]: _seat(row, to_do) for row in by_seat}
    seats |= {c: Seat(n, 0, 0, 0, 0, 0) for c, n in to_do.items() if c not in seats}
    delivered = sum(s.delivered for s in seats.values())
    audience = sum(s.total for s in seats.values())
    waiting = audience - sum(s.done for s in seats.values())
    put_off = {row[1]: int(row[2]) for row in rows if row[0] == "put off"}
    claimed = sum(int(row[2]) for row in rows if row[0] == "claimed")
    return Progress(
        sending_id=sending.pk,
        state=sending.state,
        audience=audience,
        delivered=delivered,
        failed=sum(s.failed for s in seats.values()),
        left_out={row[1]: int(row[2]) for row in rows if row[0] == "reason"},
        uncertain=sum(s.uncertain for s in seats.values()),
        waiting=waiting,
        claimed=claimed,
        put_off={words: people for words, people in put_off.items() if people > 0},
        queued=waiting - claimed - sum(put_off.values()),
        later=_later(sending, audience, waiting),
        per_second=_pace(sending, delivered),
        first_times=rules.first_times(sending.began_at, [row[6] for row in by_seat if row[6]]),
        seats=seats,
        pressed_at=sending.pressed_at,
        finished_at=sending.finished_at,
        came_back=next(int(row[2]) for row in rows if row[0] == "back"),
    )


def _later(sending: Sending, audience: int, waiting: int) -> int:
    """How many wait for the rest to be let go."""
    if not sending.rest_waits or not sending.share_percent:
        return 0
    return min(waiting, audience - share_of(audience, sending.share_percent))


def _to_do(cursor: Any, sending: Sending) -> dict[str, int]:
    """What an open-ended sending still has to do: nobody laid it out beforehand."""
    if sending.state != Sending.State.OPEN:
        return {}
    cursor.execute(TO_DO, [sending.month, sending.pk])
    return {code: int(people) for code, people in cursor.fetchall()}


def _seat(row: tuple[Any, ...], to_do: dict[str, int]) -> Seat:
    code, total, *ends = row[:6]
    done = int(sum(ends))
    return Seat(int(total) or done + to_do.get(code, 0), done, *(int(end) for end in ends))


_seen: dict[int, deque[tuple[float, int]]] = {}


def _pace(sending: Sending, delivered: int) -> float:
    if sending.finished_at:
        seconds = (sending.finished_at - sending.began_at).total_seconds()
        return delivered / seconds if seconds > 0 else 0.0
    looks = _seen.setdefault(sending.pk, deque())
    looks.append((time.monotonic(), delivered))
    while looks[-1][0] - looks[0][0] > RECENT and len(looks) > 2:
        looks.popleft()
    seconds = looks[-1][0] - looks[0][0]
    return (looks[-1][1] - looks[0][1]) / seconds if seconds > 0.2 else 0.0
