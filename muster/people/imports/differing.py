"""What a file's rows would add to people already known: blanks, and more where the file wins."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from muster.people.imports.recognising import Good
from muster.people.imports.validating import Consent
from muster.people.imports.values import Value
from muster.people.models import (
    ConsentEvent,
    ContactPoint,
    CustomValue,
    PersonTag,
)

NAMES = ("given_name", "family_name")
"""What a file overwrites where it wins: these, and fields of the organisation's own."""
BLANKS = ("given_name", "family_name", "address", "postcode", "external_id")
KNOWN = (
    "SELECT id, given_name, family_name, address, postcode, external_id, seat_id"
    " FROM people_person WHERE id = ANY(%s) ORDER BY id"
)


@dataclass
class Gain:
    """What one person would gain."""

    blanks: dict[str, Any] = field(default_factory=dict)
    """Column and value; with `seat_id` come `seat_how` and `ward_id`."""
    email: str = ""
    phones: list[str] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    """By the tag in small letters, the tag as written."""
    values: dict[int, Value] = field(default_factory=dict)
    consents: list[Consent] = field(default_factory=list)
    renamed: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Column, and what it says before and after."""
    rewritten: dict[int, tuple[Value, Value]] = field(default_factory=dict)
    """By field, what it says before and after."""

    @property
    def is_overwriting(self) -> bool:
        return bool(self.renamed or self.rewritten)

    def __bool__(self) -> bool:
        adds = self.blanks or self.email or self.phones or self.tags or self.values or self.consents
        return bool(adds or self.is_overwriting)


@dataclass
class _Known:
    """What is known of the people of one batch."""

    people: dict[int, dict[str, Any]]
    phones: set[tuple[int, str]] = field(default_factory=set)
    tags: set[tuple[int, str]] = field(default_factory=set)
    values: dict[tuple[int, int], Value] = field(default_factory=dict)
    consents: set[tuple[int, str, datetime, bool]] = field(default_factory=set)


def gains(
    matched: Sequence[tuple[Good, int]],
    claims: dict[str, int],
    *,
    file_wins: bool = False,
    lock: bool = False,
) -> dict[int, Gain]:
    """By person, what these rows would add. `claims`: addresses nobody had, and who gets them.

    `file_wins`: names and own fields are overwritten too, by the last row that says something.
    `lock` keeps the people as they are until the caller's transaction ends.
    """
    known = _known(matched, lock=lock)
    found: dict[int, Gain] = defaultdict(Gain)
    for good, person_id in matched:
        if person_id in known.people:
            _add(found[person_id], good, person_id, known, claims)
            if file_wins:
                _overwrite(found[person_id], good, person_id, known)
    return {person_id: gain for person_id, gain in found.items() if gain}


def _add(gain: Gain, good: Good, person_id: int, known: _Known, claims: dict[str, int]) -> None:
    row, person = good.row, known.people[person_id]
    goes_by = "" if good.external_id.startswith("row:") else good.external_id
    said = (row.given_name, row.family_name, row.address, row.where.postcode, goes_by)
    for column, value in zip(BLANKS, said, strict=True):
        if value and not person[column]:
            gain.blanks[column] = person[column] = value
    if row.where.seat_id and not person["seat_id"]:
        person["seat_id"] = row.where.seat_id
        gain.blanks |= {
            "seat_id": row.where.seat_id,
            "seat_how": row.where.how,
            "ward_id": row.where.ward_id,
        }
    if row.email and claims.get(row.email) == person_id:
        gain.email = row.email
    for phone in row.phones:
        if _once(known.phones, (person_id, phone)):
            gain.phones.append(phone)
    for tag in row.tags:
        if _once(known.tags, (person_id, tag.casefold())):
            gain.tags[tag.casefold()] = tag
    for detail in row.values:
        if (person_id, detail.field_id) not in known.values:
            gain.values[detail.field_id] = known.values[person_id, detail.field_id] = detail
    for consent in row.consents:
        if _once(known.consents, (person_id, consent.channel, consent.at, consent.is_given)):
            gain.consents.append(consent)


def _overwrite(gain: Gain, good: Good, person_id: int, known: _Known) -> None:
    person = known.people[person_id]
    for column, said in zip(NAMES, (good.row.given_name, good.row.family_name), strict=True):
        there = person[column]
        if said and said != there:
            person[column] = said
            if column in gain.blanks:
                gain.blanks[column] = said
            else:
                _change(gain.renamed, column, there, said)
    for value in good.row.values:
        was = known.values[person_id, value.field_id]
        if value != was:
            known.values[person_id, value.field_id] = value
            if value.field_id in gain.values:
                gain.values[value.field_id] = value
            else:
                _change(gain.rewritten, value.field_id, was, value)


def _change(changes: dict[Any, tuple[Any, Any]], what: Any, there: Any, said: Any) -> None:
    """What it said before the first row, and after the last; nothing where that is the same."""
    before, _ = changes.pop(what, (there, said))
    if before != said:
        changes[what] = (before, said)


def _once(seen: set[Any], one: Any) -> bool:
    is_new = one not in seen
    seen.add(one)
    return is_new


def _known(matched: Sequence[tuple[Good, int]], *, lock: bool) -> _Known:
    """Read only what these rows could add to: most files bring neither tags nor fields."""
    ids = sorted({person_id for _, person_id in matched})
    rows = [good.row for good, _ in matched]
    known = _Known(_people(ids, lock=lock))
    if any(row.phones for row in rows):
        points = ContactPoint.objects.filter(person__in=ids, kind="phone")
        known.phones = set(points.values_list("person_id", "value"))
    if any(row.tags for row in rows):
        tagged = PersonTag.objects.filter(person__in=ids).values_list("person_id", "tag__name")
        known.tags = {(person_id, name.casefold()) for person_id, name in tagged}
    if any(row.values for row in rows):
        values = CustomValue.objects.filter(person__in=ids)
        said = values.values_list("person_id", "field_id", "text", "number", "on_date")
        known.values = {(row[0], row[1]): Value(*row[1:]) for row in said}
    if any(row.consents for row in rows):
        events = ConsentEvent.objects.filter(person__in=ids, purpose="marketing")
        known.consents = set(events.values_list("person_id", "channel", "at", "is_given"))
    return known


def _people(ids: list[int], *, lock: bool) -> dict[int, dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"{KNOWN}{' FOR NO KEY UPDATE' if lock else ''}", [ids])
        columns = [column.name for column in cursor.description or ()]
        return {row[0]: dict(zip(columns, row, strict=True)) for row in cursor.fetchall()}
