"""What the house holds of one person, told by every room in plain rows (DP-15).

A room says it in its `held.py`, under `@register_held`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from muster.organisations.models import Organisation

Row = dict[str, Any]
"""What a heading says in words: texts, numbers, days, instants, or a list of texts."""


@dataclass(frozen=True)
class Held:
    """One kind of thing a room holds: what it is, why, who gets it, and the rows themselves.

    `may_name_others`: free text in which somebody else may be named, to be read before it leaves.
    """

    title: str
    why: str
    rows: Sequence[Row]
    shared_with: str = ""
    may_name_others: bool = False


HeldOf = Callable[[Organisation, int], Iterable[Held]]
_rooms: dict[str, HeldOf] = {}


def register_held(room: str) -> Callable[[HeldOf], HeldOf]:
    """A room tells what it holds of a person: `@register_held("actions")`."""

    def keep(held: HeldOf) -> HeldOf:
        _rooms[room] = held
        return held

    return keep


def held_of(organisation: Organisation, person_id: int) -> dict[str, list[Held]]:
    """Everything, by room; what is empty is left out."""
    told = {room: list(held(organisation, person_id)) for room, held in sorted(_rooms.items())}
    return {room: [each for each in kinds if each.rows] for room, kinds in told.items()}


def plain(rows: "QuerySet[Any]", *but: str) -> list[Row]:
    """Rows as their columns are called, without keys and whose they are: when no words are better.

    `but`: columns that tell of nobody.
    """
    without = {"id", "organisation", "person", *but}
    columns = [f for f in rows.model._meta.concrete_fields if f.name not in without]
    return [
        {str(column.verbose_name).capitalize(): _value(row, column) for column in columns}
        for row in rows
    ]


def _value(row: Any, column: Any) -> Any:
    if column.choices:
        return getattr(row, f"get_{column.name}_display")()
    value = getattr(row, column.name if not column.is_relation else column.attname)
    return value if not column.is_relation or value is None else str(getattr(row, column.name))
