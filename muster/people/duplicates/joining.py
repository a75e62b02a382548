"""What the one who is kept takes over from the one who goes: only what was not known."""

from typing import Any

from muster.people.models import Person

TOGETHER = (
    ("address", "postcode", "household_id"),
    ("seat_id", "seat_how", "ward_id"),
    ("source", "came_with_id"),
)
OWN = {"id", "code", "organisation_id", "folded", "joined_at"}


def fill_blanks(kept: Person, gone: Person) -> dict[str, list[Any]]:
    """Fill and save; each column's value before and after, as JSON has them."""
    filled: dict[str, list[Any]] = {}
    for group in _groups():
        if all(_is_blank(getattr(kept, column)) for column in group):
            for column in group:
                _take(kept, column, getattr(gone, column), filled)
    if not kept.address and gone.postcode == kept.postcode and gone.address:
        _take(kept, "address", gone.address, filled)
        _take(kept, "household_id", gone.household_id, filled)
    if gone.joined_at < kept.joined_at:
        _take(kept, "joined_at", gone.joined_at, filled)
    if filled:
        by_column = {f.attname: f.name for f in Person._meta.concrete_fields}
        kept.save(update_fields=[by_column[column] for column in filled])
    return {column: [_plain(old), _plain(new)] for column, (old, new) in filled.items()}


def empty_again(kept: Person, filled: dict[str, list[Any]]) -> list[str]:
    """Take back what was filled, where it still stands; the columns that changed since."""
    changed, back = [], {}
    for column, (old, new) in filled.items():
        if _plain(getattr(kept, column)) == new:
            back[column] = old
        else:
            changed.append(column)
    if back:
        Person.objects.filter(pk=kept.pk).update(**back)
        kept.refresh_from_db()
    return changed


def _groups() -> list[tuple[str, ...]]:
    """Columns that are filled together or not at all; every other column by itself."""
    grouped = {column for group in TOGETHER for column in group}
    alone = [field.attname for field in Person._meta.concrete_fields]
    return [*TOGETHER, *((c,) for c in alone if c not in grouped and c not in OWN)]


def _take(kept: Person, column: str, value: Any, filled: dict[str, list[Any]]) -> None:
    old = getattr(kept, column)
    if not _is_blank(value) and value != old:
        setattr(kept, column, value)
        filled[column] = [old, value]


def _is_blank(value: Any) -> bool:
    return value is None or value == ""


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
