"""Who sees what: worked out from roles by the very rules that decide it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from muster.organisations.models import Member, Organisation, Role
from muster.places.scope import reach_by, seats_beneath


@dataclass(frozen=True)
class Seer:
    """A member who may do something in some seats: by which roles, and in all of them or not."""

    member: Member
    roles: tuple[Role, ...]
    is_whole: bool


def who_may(
    permission: str, seats: frozenset[int], organisation: Organisation, *, at: datetime
) -> list[Seer]:
    """Everybody who may do it in any of these seats, by name."""
    beneath = cache(seats_beneath)
    roles = Role.objects.in_force(at).filter(member__organisation=organisation)
    by_member: dict[Member, list[tuple[Role, frozenset[int]]]] = {}
    for role in roles.select_related("member", "unit"):
        theirs = reach_by([role], beneath).seats(permission)
        there = seats if theirs is None else theirs & seats
        if there:
            by_member.setdefault(role.member, []).append((role, there))
    found = [
        Seer(
            member,
            tuple(role for role, _ in each),
            frozenset[int]().union(*(there for _, there in each)) == seats,
        )
        for member, each in by_member.items()
    ]
    return sorted(found, key=lambda seer: seer.member.name)
