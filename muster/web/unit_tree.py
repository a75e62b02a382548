"""The units as a tree, each with its members and those beneath it counted."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from muster.organisations.models import Role, Unit
from muster.places.models import Place

OPEN_TO = 2  # levels shown open
MANY = 12  # beneath one unit: then they start closed


@dataclass
class Branch:
    """One unit of the tree. `members` have roles in it; `all_members` in it or beneath."""

    unit: Unit
    place: str
    depth: int
    members: set[int]
    all_members: set[int] = field(default_factory=set)
    branches: list["Branch"] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.depth == 0 or (self.depth < OPEN_TO and len(self.branches) <= MANY)


def tree(units: QuerySet[Unit], *, at: datetime) -> dict[str, Any]:
    """The branches at the top of these units, and how many units and members there are."""
    everyone = list(units.order_by("name"))
    known = {unit.pk for unit in everyone}
    children: dict[int | None, list[Unit]] = {}
    for unit in everyone:
        above = unit.parent_id if unit.parent_id in known else None
        children.setdefault(above, []).append(unit)
    places = dict(
        Place.objects.filter(code__in={u.place_code for u in everyone}).values_list("code", "name")
    )
    members: dict[int, set[int]] = {}
    standing = Role.objects.in_force(at).filter(unit__in=units.values("pk"))
    for unit_id, member_id in standing.values_list("unit_id", "member_id"):
        members.setdefault(unit_id, set()).add(member_id)

    def branch(unit: Unit, depth: int) -> Branch:
        made = Branch(unit, places.get(unit.place_code, ""), depth, members.get(unit.pk, set()))
        made.branches = [branch(child, depth + 1) for child in children.get(unit.pk, [])]
        made.all_members = made.members.union(*(each.all_members for each in made.branches))
        return made

    tops = [branch(unit, 0) for unit in children.get(None, [])]
    tops.sort(key=lambda top: (top.unit.kind != Unit.Kind.HEAD_OFFICE, top.unit.name))
    return {
        "branches": tops,
        "number": len(everyone),
        "members": len(set().union(*(top.all_members for top in tops))),
        "empty": sum(1 for unit in everyone if unit.pk not in members),
    }
