"""One launch in a few words: how it stands and what blocks it, in the member's seats."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from muster.launches import standing
from muster.launches.models import Launch
from muster.launches.standing import Standing
from muster.web.launch_problems import Problems
from muster.web.launch_reach import launches_for
from muster.web.launch_seats import seats_of
from muster.web.launch_show import problems_for
from muster.web.launch_standing import Badge, Counts, badge_of, counts_of, in_words
from muster.web.members import MemberRequest

FRESH = timedelta(days=1)
ON_TODAY = 3


@dataclass(frozen=True)
class Line:
    """One launch of a list."""

    launch: Launch
    stands: Standing
    problems: Problems
    counts: Counts
    badge: Badge
    numbers: dict[str, Any]  # of the seats the member sees

    @property
    def reached(self) -> str:
        return in_words(self.numbers["last_s"])

    @property
    def has_gone(self) -> bool:
        return self.stands.went_at is not None

    @property
    def is_live(self) -> bool:
        return self.stands.state == "going"


def line_of(request: MemberRequest, launch: Launch, at: datetime) -> Line:
    within = request.reach.seats("see launches")
    stands = standing.standing(launch)
    problems = problems_for(launch, stands, within, at)
    counts = counts_of(seats_of(stands, problems.by_seat, within))
    numbers = stands.as_json(within)
    return Line(launch, stands, problems, counts, badge_of(stands, problems), numbers)


def open_lines(request: MemberRequest, at: datetime) -> list[Line]:
    """For Today: the newest launches that are not over, or have been for less than a day."""
    if not request.reach.may("see launches"):
        return []
    launches = launches_for(request).filter(put_away_at=None)[:ON_TODAY]
    lines = [line_of(request, launch, at) for launch in launches]
    return [line for line in lines if not _is_past(line.stands, at)]


def _is_past(stands: Standing, at: datetime) -> bool:
    return stands.finished_at is not None and at - stands.finished_at > FRESH
