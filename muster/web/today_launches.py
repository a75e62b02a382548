"""Today's part on launches: what each waits for, as plain values."""

from collections.abc import Iterable

from muster.places.scope import Reach
from muster.web.launch_lines import Line
from muster.web.next_steps import OpenLaunch


def open_launches(lines: Iterable[Line], reach: Reach) -> tuple[OpenLaunch, ...]:
    """The launches of the lines, for `next_steps`."""
    return tuple(
        OpenLaunch(
            name=line.launch.name,
            state=line.stands.state,
            is_ready=line.problems.is_ready,
            seats_waiting=len(line.problems.by_seat),
            held=line.counts.held,
            armings=len(line.stands.armed_by),
            may_prepare=reach.may_everywhere("prepare launches"),
            may_arm=reach.may_everywhere("arm launches"),
        )
        for line in lines
    )
