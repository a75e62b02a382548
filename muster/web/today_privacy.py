"""What Today says of privacy: requests with a clock, and exports that wait for a second person."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from muster.organisations.models import AuditEntry, Member
from muster.places.scope import Reach
from muster.privacy import breaches, cases, exporting
from muster.privacy.models import Export


def requests_due(member: Member, reach: Reach, at: datetime) -> tuple[int, int]:
    """Requests that are late, and those with seven days left or fewer; of whoever handles them."""
    if not reach.may_everywhere("handle privacy"):
        return 0, 0
    today = cases.today(member.organisation, at)
    clocks = [cases.clock_of(case, today) for case in cases.open_ones(member.organisation)]
    late = sum(clock.is_late for clock in clocks)
    return late, sum(clock.warns for clock in clocks) - late


def breaches_undecided(member: Member, reach: Reach, at: datetime) -> tuple[int, int]:
    """Breaches the Commissioner may have to hear of, and whole hours left for the next (DP-33)."""
    if not reach.may_everywhere("handle privacy"):
        return 0, 0
    waiting = breaches.undecided(member.organisation, at)
    return len(waiting), min((each.hours for each in waiting), default=0)


def exports_waiting(member: Member, reach: Reach, at: datetime) -> int:
    """Exports others asked for that this member may decide."""
    if not reach.may_everywhere("approve exports"):
        return 0
    waiting = Export.objects.filter(
        organisation=member.organisation, decided_at=None, expires_at__gt=at
    )
    return waiting.exclude(by=member).count()


def exports_ready(member: Member, reach: Reach, at: datetime) -> int:
    """Files this member asked for that were made, and that they have not fetched yet."""
    if not reach.may("export people"):
        return 0
    made = Export.objects.filter(
        organisation=member.organisation, by=member, removed_at=None, good_until__gt=at
    )
    fetched = AuditEntry.objects.filter(
        organisation=member.organisation,
        about_kind="export",
        about_id=OuterRef("pk"),
        kind=exporting.FETCHED,
    )
    return made.exclude(Exists(fetched)).count()
