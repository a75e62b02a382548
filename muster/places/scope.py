"""How far a member reaches: everywhere, or only the places their units stand on."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from muster.organisations.models import Member, Role, Unit
from muster.organisations.rules import allowed_by
from muster.places.models import Place


@dataclass(frozen=True)
class Reach:
    """What one member may do, and in which seats.

    `everywhere` holds permissions that hold in the whole organisation (head office), people with
    no place included; `in_seats` those that hold only in the seats with these ids.
    """

    everywhere: frozenset[str] = frozenset()
    in_seats: dict[str, frozenset[int]] = field(default_factory=dict)

    def may(self, permission: str) -> bool:
        """May they do it anywhere at all?"""
        return permission in self.everywhere or bool(self.in_seats.get(permission))

    def may_everywhere(self, permission: str) -> bool:
        return permission in self.everywhere

    def may_in(self, permission: str, seat_id: int | None) -> bool:
        """May they do it in this seat? Nobody but head office reaches the placeless."""
        if permission in self.everywhere:
            return True
        return seat_id is not None and seat_id in self.in_seats.get(permission, frozenset())

    def seats(self, permission: str) -> frozenset[int] | None:
        """Ids of the seats where they may do it; None: everywhere."""
        if permission in self.everywhere:
            return None
        return self.in_seats.get(permission, frozenset())

    def every_seat(self) -> frozenset[int] | None:
        """Ids of all the seats where they may do anything; None: everywhere.

        Further than this the database itself shows them nothing (organisations/scoping.py).
        """
        return None if self.everywhere else frozenset().union(*self.in_seats.values())

    def within(self, permission: str, path: str = "seat_id") -> Q:
        """The same as a filter: `Person.objects.filter(reach.within("see people"))`."""
        seats = self.seats(permission)
        return Q() if seats is None else Q(**{f"{path}__in": seats})


def reach_of(member: Member, *, at: datetime) -> Reach:
    """Work out a member's reach from their roles in force and the places beneath their units."""
    roles = Role.objects.in_force(at).filter(member=member).select_related("unit")
    return reach_by(roles, seats_beneath)


def reach_by(roles: Iterable[Role], beneath: Callable[[str], Iterable[int]]) -> Reach:
    """The reach that roles give; `beneath` answers the ids of the seats under a place's code."""
    everywhere: set[str] = set()
    in_seats: dict[str, set[int]] = {}
    for role in roles:
        allowed = allowed_by([(role.kind, role.dataset)])
        if role.unit.kind == Unit.Kind.HEAD_OFFICE:
            everywhere |= allowed
            continue
        seats = beneath(role.unit.place_code)
        for permission in allowed:
            in_seats.setdefault(permission, set()).update(seats)
    kept: dict[str, Any] = {p: frozenset(s) for p, s in in_seats.items()}
    return Reach(frozenset(everywhere), kept)


def seats_beneath(place_code: str) -> set[int]:
    """Ids of the seat with this code, or of every seat beneath that region or nation."""
    if not place_code:
        return set()
    return set(
        Place.objects.seats()
        .filter(
            Q(code=place_code)
            | Q(parent__code=place_code)
            | Q(parent__parent__code=place_code)
            | Q(parent__parent__parent__code=place_code)
        )
        .values_list("id", flat=True)
    )


def narrowed(reach: Reach, scopes: Collection[str], unit: Unit | None) -> Reach:
    """The same reach, but for these permissions alone and, with a unit, its places alone."""
    wanted = frozenset(scopes)
    if unit is None or unit.kind == Unit.Kind.HEAD_OFFICE:
        kept = {p: seats for p, seats in reach.in_seats.items() if p in wanted}
        return Reach(reach.everywhere & wanted, kept)
    there = frozenset(seats_beneath(unit.place_code))
    within = {p: there if (seats := reach.seats(p)) is None else seats & there for p in wanted}
    return Reach(frozenset(), {p: seats for p, seats in within.items() if seats})
