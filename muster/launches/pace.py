"""E-mails a second: lately while it runs, on the whole afterwards."""

import time
from collections import deque
from datetime import datetime

from muster.launches.models import Launch

RECENT = 5.0  # seconds over which the present pace is taken
_seen: dict[int, deque[tuple[float, int]]] = {}


def per_second(launch: Launch, delivered: int, finished_at: datetime | None) -> float:
    """How many were delivered a second, as far as this process has watched."""
    if finished_at and launch.went_at:
        _seen.pop(launch.pk, None)
        seconds = (finished_at - launch.went_at).total_seconds()
        return delivered / seconds if seconds > 0 else 0.0
    looks = _seen.setdefault(launch.pk, deque())
    looks.append((time.monotonic(), delivered))
    while looks[-1][0] - looks[0][0] > RECENT and len(looks) > 2:
        looks.popleft()
    seconds = looks[-1][0] - looks[0][0]
    return (looks[-1][1] - looks[0][1]) / seconds if seconds > 0.2 else 0.0
