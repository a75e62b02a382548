"""Units: head office and what stands beneath it, each on a place."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from muster.organisations import granting, telling
from muster.organisations.models import Member, Organisation, Unit


class CannotSettle(Exception):
    """Every reason a unit, a campaigner or the organisation cannot be as asked, in words."""


@dataclass(frozen=True)
class UnitAsked:
    """A unit as someone wants it; `place_code` names a place that exists, or nothing."""

    name: str
    kind: str
    parent: Unit | None
    place_code: str = ""


def add(organisation: Organisation, asked: UnitAsked, *, by: Member, at: datetime) -> Unit:
    """Add a unit. Raises `CannotSettle`."""
    with transaction.atomic():
        granting.lock(organisation)
        if problems := _problems(organisation, asked, None):
            raise CannotSettle(*problems)
        unit = Unit.objects.create(
            organisation=organisation,
            name=asked.name.strip(),
            kind=asked.kind,
            parent=asked.parent,
            place_code=asked.place_code,
        )
        telling.tell(telling.UNIT_ADDED, organisation, by=by, at=at, about=("unit", unit.pk))
    return unit


def change(unit: Unit, asked: UnitAsked, *, by: Member, at: datetime) -> None:
    """Change a unit. Its members see other seats from their next page on. Raises `CannotSettle`.

    Two units moved beneath each other at once do not both move: one waits, then is refused.
    """
    with transaction.atomic():
        granting.lock(unit.organisation)
        if problems := _problems(unit.organisation, asked, unit):
            raise CannotSettle(*problems)
        unit.name, unit.kind = asked.name.strip(), asked.kind
        unit.parent, unit.place_code = asked.parent, asked.place_code
        unit.save()
        telling.tell(telling.UNIT_CHANGED, unit.organisation, by=by, at=at, about=("unit", unit.pk))


def _problems(organisation: Organisation, asked: UnitAsked, unit: Unit | None) -> list[str]:
    problems = []
    name = asked.name.strip()
    if not name:
        problems.append("Write the unit's name.")
    if unit is not None and Unit.objects.filter(pk=unit.pk).exclude(closed_at=None).exists():
        problems.append(f"{unit.name} is closed.")
    standing = Unit.objects.filter(organisation=organisation, closed_at=None)
    others = standing.exclude(pk=unit.pk if unit else 0)
    if others.filter(name__iexact=name).exists():
        problems.append(f"There is a unit named {name} already.")
    return problems + _standing(organisation, asked, unit)


def _standing(organisation: Organisation, asked: UnitAsked, unit: Unit | None) -> list[str]:
    """Whether it may stand where it is to stand: its kind, its place, and what is above it."""
    if asked.kind not in Unit.Kind.values:
        return ["Choose what kind of unit it is."]
    is_head_office = unit is not None and unit.kind == Unit.Kind.HEAD_OFFICE
    if (asked.kind == Unit.Kind.HEAD_OFFICE) != is_head_office:
        return ["An organisation has one head office, which stays head office."]
    if is_head_office:
        return ["Head office stands everywhere: it has no place."] if asked.place_code else []
    problems = []
    if not asked.place_code:
        problems.append("Choose the place it stands on: its members see that place's people.")
    if asked.parent is None or asked.parent.organisation_id != organisation.pk:
        problems.append("Choose the unit it belongs to.")
    elif asked.parent.closed_at is not None:
        problems.append(f"{asked.parent.name} is closed. Choose another unit for it to belong to.")
    elif unit is not None and unit.pk in _line_above(asked.parent):
        problems.append("A unit cannot belong to itself, nor to a unit beneath it.")
    return problems


def _line_above(unit: Unit) -> list[int]:
    chain = [unit]
    while (parent := chain[-1].parent) is not None and parent not in chain:
        chain.append(parent)
    return [each.pk for each in chain]
