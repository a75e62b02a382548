"""Samples of sendings under way, every ten seconds: what a rate is reckoned and drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import connection

from muster.messaging.models import Sending

EVERY = timedelta(seconds=9)  # at least; longer once it has run for long
AS_LONG = 300  # samples of equal distance, about
BARS = 48
LATELY = timedelta(minutes=2)  # over which the present rate is taken

TAKE = """
INSERT INTO messaging_sample (sending_id, at, delivered, done)
SELECT s.id, %(at)s, coalesce(sum(t.delivered), 0),
       coalesce(sum(t.delivered + t.failed + t.left_out + t.uncertain), 0)
  FROM messaging_sending s JOIN messaging_seattally t ON t.sending_id = s.id
 WHERE s.state IN ('releasing', 'stopped') AND NOT s.is_rehearsal AND s.went_at < %(at)s
   AND NOT EXISTS (SELECT 1 FROM messaging_sample l
                    WHERE l.sending_id = s.id
                      AND l.at > %(at)s - greatest(%(every)s, (%(at)s - s.went_at) / %(as_long)s))
 GROUP BY s.id
    ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Bar:
    """A stretch of time: how many a minute were delivered; how high that stands, per cent."""

    at: datetime
    a_minute: int
    height: float

    @property
    def top(self) -> float:
        """Where it begins, from above."""
        return round(100 - self.height, 1)


@dataclass(frozen=True)
class Rate:
    """`a_minute` lately; `most`: in the quickest stretch."""

    a_minute: int
    most: int
    bars: Sequence[Bar]


def sample(at: datetime) -> None:
    """Note how far every sending under way has come."""
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {"at": at, "every": EVERY, "as_long": AS_LONG}
        cursor.execute(TAKE, asked)


def rate_of(sending: Sending, delivered: int, at: datetime) -> Rate | None:
    """How quickly it goes, from its samples; None: none was taken, or not yet."""
    end = sending.finished_at or at
    seen = [(sending.began_at, 0), *sending.samples.order_by("at").values_list("at", "delivered")]
    if len(seen) < 2:
        return None
    if end > seen[-1][0]:
        seen.append((end, delivered))
    step = (end - seen[0][0]) / BARS
    cuts = [seen[0][0] + step * n for n in range(BARS + 1)]
    came = [_at(seen, cut) for cut in cuts]
    minutes = max(step.total_seconds() / 60, 1e-9)
    speeds = [max(0, round((b - a) / minutes)) for a, b in pairwise(came)]
    most = max(speeds)
    bars = [
        Bar(cut, speed, round(100 * speed / most, 1) if most else 0.0)
        for cut, speed in zip(cuts, speeds, strict=False)
    ]
    return Rate(_lately(seen, end), most, bars)


def _lately(seen: Sequence[tuple[datetime, int]], end: datetime) -> int:
    since = max(seen[0][0], end - LATELY)
    minutes = (end - since).total_seconds() / 60
    return max(0, round((seen[-1][1] - _at(seen, since)) / minutes)) if minutes > 0 else 0


def _at(seen: Sequence[tuple[datetime, int]], moment: datetime) -> float:
    """How many it was at a moment, between the samples before and after."""
    before = seen[0]
    for after in seen[1:]:
        if after[0] >= moment:
            span = (after[0] - before[0]).total_seconds()
            part = (moment - before[0]).total_seconds() / span if span else 1.0
            return before[1] + (after[1] - before[1]) * part
        before = after
    return float(seen[-1][1])
