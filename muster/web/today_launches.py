"""Today's part on launches: what each waits for, as plain values."""

from collections.abc import Iterable
from datetime import datetime

from muster.content import approving
from muster.content.models import Cut, Master
from muster.launches.parts import masters_of
from muster.organisations.models import Member
from muster.places.scope import Reach
from muster.web.launch_lines import Line
from muster.web.next_steps import OpenLaunch


def open_launches(
    lines: Iterable[Line], member: Member, reach: Reach, at: datetime
) -> tuple[OpenLaunch, ...]:
    """The launches of the lines, for `next_steps`, as this member may act on them."""
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
            to_approve=len(waiting_for(line, member, reach, at)),
        )
        for line in lines
    )


def waiting_for(line: Line, member: Member, reach: Reach, at: datetime) -> list[Master]:
    """The masters of a launch that this member may approve, and whose cuts are not all approved."""
    if not (line.problems.waiting_for_approval and reach.may_everywhere("approve content")):
        return []
    return [
        master
        for master in masters_of(line.launch)
        if master.author_id != member.pk and _is_unapproved(master, at)
    ]


def _is_unapproved(master: Master, at: datetime) -> bool:
    made = set(Cut.objects.filter(master=master).values_list("place_id", "format"))
    return bool(made - approving.approved_cuts(master, at))
