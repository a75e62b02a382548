"""Changing what we know of someone: names and where they live, each change kept (DP-16)."""

from collections.abc import Mapping
from typing import NamedTuple

from muster.people import households, placing
from muster.people.models import Person
from muster.people.record import changing
from muster.people.record.changing import CannotEdit, ChangedMeanwhile, Clash, Who
from muster.people.record.models import PersonChange
from muster.places import postcodes

FIELDS = {
    "given_name": ("First name", 100),
    "family_name": ("Last name", 100),
    "address": ("Address", 200),
    "postcode": ("Postcode", 10),
}


class Where(NamedTuple):
    """Where someone lives: seat id, how we know (`Person.SeatHow`), ward id."""

    seat_id: int | None
    how: str
    ward_id: int | None

    @classmethod
    def of(cls, person: Person) -> "Where":
        return cls(person.seat_id, person.seat_how, person.ward_id)

    @classmethod
    def read(cls, text: str) -> "Where":
        seat, how, ward = text.split("|")
        return cls(int(seat) if seat else None, how, int(ward) if ward else None)

    def written(self) -> str:
        """For the record of changes: "12|postcode|", codes only."""
        return f"{self.seat_id or ''}|{self.how}|{self.ward_id or ''}"


def edit(
    person: Person, typed: Mapping[str, str], *, was: Mapping[str, str], who: Who
) -> list[PersonChange]:
    """Change the fields typed otherwise than the form was drawn (`was`); the rest stays.

    A known postcode places them in its seat. Raises `CannotEdit`, `ChangedMeanwhile`.
    """
    wanted = tidied({f: typed[f] for f in FIELDS if f in typed and typed[f] != was.get(f, "")})
    with changing.changing(person, who):
        _refuse_clashes(person, wanted, was)
        changes = [change for f, value in wanted.items() if (change := _set(person, f, value, who))]
        changed = {change.field for change in changes}
        if "postcode" in changed:
            changes += _placed(person, who)
        if changed & {"address", "postcode"}:
            house(person)
    return changes


def tidied(typed: dict[str, str]) -> dict[str, str]:
    """One line each, composed, within bounds; postcodes as on an envelope. Raises `CannotEdit`."""
    problems, tidy = [], {}
    for field, text in typed.items():
        label, longest = FIELDS[field]
        line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
        if field == "postcode" and line:
            found = postcodes.find(line)
            if found.kind == "malformed":
                problems.append(found.words)
            line = found.postcode
        elif len(line) > longest:
            problems.append(f"{label} may have {longest} letters at most.")
        tidy[field] = line
    if problems:
        raise CannotEdit(*problems)
    return tidy


def _refuse_clashes(person: Person, wanted: dict[str, str], was: Mapping[str, str]) -> None:
    clashes = [
        Clash(field, FIELDS[field][0], was.get(field, ""), getattr(person, field), value)
        for field, value in wanted.items()
        if getattr(person, field) not in (was.get(field, ""), value)
    ]
    if clashes:
        raise ChangedMeanwhile(clashes)


def _set(person: Person, field: str, value: str, who: Who) -> PersonChange | None:
    """Write one field; nothing where it says so already."""
    before = getattr(person, field)
    if before == value:
        return None
    setattr(person, field, value)
    person.save(update_fields=[field])
    return changing.note(person, field, before, value, who)


def _placed(person: Person, who: Who) -> list[PersonChange]:
    """The seat of the new postcode; one that was guessed from the old postcode goes with it."""
    found = postcodes.find(person.postcode) if person.postcode else None
    if found and found.seat_id:
        return move(person, Where(found.seat_id, Person.SeatHow.POSTCODE, found.ward_id), who)
    if person.seat_how == Person.SeatHow.POSTCODE:
        return move(person, Where(None, Person.SeatHow.UNKNOWN, None), who)
    return []


def move(person: Person, where: Where, who: Who) -> list[PersonChange]:
    """Settle them there, with a change written down; none where they live there already."""
    before = Where.of(person)
    if before == where:
        return []
    placing.settle(person, *where, by=who.by, at=who.at)
    return [changing.note(person, "seat", before.written(), where.written(), who)]


def house(person: Person) -> None:
    """The household of the new address; a postcode nobody knows may be anyone's: it joins none."""
    is_known = postcodes.find(person.postcode).kind in ("found", "seatless")
    key = households.key_of(person.address, person.postcode) if is_known else ""
    found = households.ids_of(person.organisation_id, [key] if key else [])
    person.household_id = found.get(key)
    person.save(update_fields=["household"])
