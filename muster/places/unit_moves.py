"""What moving a unit takes from its members, told before it is moved."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from muster.lib.words import counted
from muster.organisations import authority, rules
from muster.organisations.models import Member, Role, Unit
from muster.organisations.units import UnitAsked
from muster.places.models import Place
from muster.places.scope import reach_by, seats_beneath

NAMED = 3


@dataclass(frozen=True)
class Warning:
    """What a move changes for somebody, line by line; `sure`: what a member confirms it by.

    Should anything change meanwhile, it is another `sure`, and they are asked again.
    """

    lines: tuple[str, ...]
    losing: int

    @property
    def sure(self) -> str:
        return hashlib.sha256("\n".join(self.lines).encode()).hexdigest()[:16]


def warning_of(unit: Unit, asked: UnitAsked, *, at: datetime) -> Warning:
    """Who loses what, which units would stand outside, who gives access no more."""
    losing = (
        list(_losing(unit, asked.place_code, at)) if asked.place_code != unit.place_code else []
    )
    lines = [*losing, *_outside(unit, asked), *_not_in_charge(unit, asked, at)]
    return Warning(tuple(lines), len(losing))


def _losing(unit: Unit, place_code: str, at: datetime) -> Iterable[str]:
    """Whatever other roles of theirs give stays theirs."""
    there = Role.objects.in_force(at).filter(unit=unit).values("member")
    for member in Member.objects.filter(pk__in=there).order_by("name"):
        before = reach_by(_roles(member, at), seats_beneath)
        after = reach_by(_roles(member, at, unit, place_code), seats_beneath)
        lost = _apart(before.in_seats, after.in_seats, after.everywhere)
        if lost:
            gained = _apart(after.in_seats, before.in_seats, before.everywhere)
            sees = f", and sees {_named(gained)} instead" if gained else ""
            yield f"{member.name} no longer sees {_named(lost)}{sees}."


def _roles(
    member: Member, at: datetime, moved: Unit | None = None, place_code: str = ""
) -> list[Role]:
    """Theirs in force, as if one unit stood elsewhere."""
    roles = list(Role.objects.in_force(at).filter(member=member).select_related("unit"))
    for role in roles:
        if moved is not None and role.unit_id == moved.pk:
            role.unit.place_code = place_code
    return roles


def _apart(
    one: dict[str, frozenset[int]], other: dict[str, frozenset[int]], everywhere: frozenset[str]
) -> set[int]:
    """Seats where the one reach may do something that the other may not."""
    found: set[int] = set()
    for permission, seats in one.items():
        if permission not in everywhere:
            found |= seats - other.get(permission, frozenset())
    return found


def _named(seats: set[int]) -> str:
    if len(seats) > NAMED:
        return counted(len(seats), "seat", "seats")
    return ", ".join(
        Place.objects.filter(pk__in=seats).order_by("name").values_list("name", flat=True)
    )


def _outside(unit: Unit, asked: UnitAsked) -> Iterable[str]:
    """Units that stood within what they belong to, and would no more."""
    before, after = seats_beneath(unit.place_code), seats_beneath(asked.place_code)
    for child in unit.children.filter(closed_at=None).order_by("name"):
        theirs = seats_beneath(child.place_code)
        if theirs <= before and not theirs <= after:
            yield f"{child.name}, beneath it, would stand outside its place."
    above = asked.parent
    if above is None or above.kind == Unit.Kind.HEAD_OFFICE:
        return
    was_within = unit.parent_id == above.pk and before <= seats_beneath(above.place_code)
    is_change = unit.parent_id != above.pk or was_within
    if is_change and not after <= seats_beneath(above.place_code):
        yield f"It would stand outside the place of {above.name}, which it is to belong to."


def _not_in_charge(unit: Unit, asked: UnitAsked, at: datetime) -> Iterable[str]:
    """Who gives access here today by a unit above it that would be above it no more."""
    if asked.parent is None or asked.parent.pk == unit.parent_id:
        return
    now_above = {each.pk for each in authority.above(unit)}
    then = {unit.pk, *(each.pk for each in authority.above(asked.parent))}
    giving = Role.objects.in_force(at).filter(unit__in=now_above).select_related("member")
    gives = [r for r in giving if rules.GIVING in rules.allowed_by([(r.kind, r.dataset)])]
    staying = {role.member_id for role in gives if role.unit_id in then}
    for name in sorted({r.member.name for r in gives if r.member_id not in staying}):
        yield f"{name} no longer gives access in {unit.name}."
