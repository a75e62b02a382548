"""How what no foreign key tells of goes from one person to another: facts, consents, pairs.

An upper room registers its own, as it does with `erasing`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q

from muster.people.duplicates.models import Pair
from muster.people.duplicates.moving import Record, remove, restore, rows_of
from muster.people.models import ConsentEvent
from muster.people.record.models import PersonTopic, Preference

Move = Callable[[int, int, int], Record]
"""(organisation, kept, gone) → what moved, as JSON."""
Back = Callable[[int, int, int, Record], int]
"""(organisation, kept, gone, what moved) → how many rows could not go back."""


@dataclass(frozen=True)
class Mover:
    """One kind of thing a person has; `name` stands in the record of every merge."""

    name: str
    move: Move
    back: Back


_movers: list[Mover] = []


def register(mover: Mover) -> Mover:
    """A room tells how to move what it keeps about a person without a foreign key."""
    if mover.name not in {known.name for known in _movers}:
        _movers.append(mover)
    return mover


def all_movers() -> list[Mover]:
    return list(_movers)


def _move_facts(organisation: int, kept: int, gone: int) -> Record:
    """Whose a fact is follows the merge; what it says never changes (docs/decisions/merging.md)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE journal_fact SET person_id = %s WHERE organisation_id = %s AND person_id = %s"
            " RETURNING id",
            [kept, organisation, gone],
        )
        return {"moved": [number for (number,) in cursor.fetchall()]}


def _facts_back(organisation: int, kept: int, gone: int, record: Record) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE journal_fact SET person_id = %s"
            " WHERE organisation_id = %s AND person_id = %s AND id = ANY(%s)",
            [gone, organisation, kept, record["moved"]],
        )
        return len(record["moved"]) - int(cursor.rowcount)


def _move_consents(organisation: int, kept: int, gone: int) -> Record:
    """Consent is never changed, only added to: the same event is written under the other."""
    table = ConsentEvent._meta.db_table
    rows = rows_of(table, "person_id = %s", [gone])
    record: Record = {"moved": [], "gave_way": []}
    for row in rows:
        remove(table, {"id": row["id"]})
        stands = restore(table, row | {"person_id": kept})
        record["moved" if stands else "gave_way"].append(row)
    return record


def _consents_back(organisation: int, kept: int, gone: int, record: Record) -> int:
    table = ConsentEvent._meta.db_table
    for row in record["moved"]:
        remove(table, {"id": row["id"], "person_id": kept})
    return sum(not restore(table, row) for row in (*record["moved"], *record["gave_way"]))


def _move_pairs(organisation: int, kept: int, gone: int) -> Record:
    """Who is somebody else than either is somebody else than both."""
    table = Pair._meta.db_table
    either = "first_id = ANY(%s) OR second_id = ANY(%s)"
    rows = rows_of(table, either, [[kept, gone]] * 2)
    for row in rows:
        if gone in (row["first_id"], row["second_id"]):
            remove(table, {"id": row["id"]})
            _stand_for(row, kept, gone)
    return {"rows": rows}


def _stand_for(row: dict[str, Any], kept: int, gone: int) -> None:
    other = row["second_id"] if row["first_id"] == gone else row["first_id"]
    if other == kept:
        return
    first, second = sorted((kept, other))
    known = Pair.objects.filter(first_id=first, second_id=second).first()
    if known is None:
        restore(Pair._meta.db_table, row | {"first_id": first, "second_id": second})
    elif row["different_at"] and known.different_at is None:
        known.different_at, known.different_by_id = row["different_at"], row["different_by_id"]
        known.save(update_fields=["different_at", "different_by"])


def _pairs_back(organisation: int, kept: int, gone: int, record: Record) -> int:
    """As they stood; a "different" said since stays."""
    rows = record["rows"]
    since = Pair.objects.filter(Q(first=kept) | Q(second=kept)).exclude(different_at=None)
    said = {(p.first_id, p.second_id): (p.different_at, p.different_by_id) for p in since}
    Pair.objects.filter(Q(first=kept) | Q(second=kept)).filter(
        pk__in=[row["id"] for row in rows]
    ).delete()
    lost = sum(not restore(Pair._meta.db_table, row) for row in rows)
    for (first, second), (at, by) in said.items():
        still = Pair.objects.filter(first_id=first, second_id=second, different_at=None)
        still.update(different_at=at, different_by_id=by)
    return lost


STRICTER = ("as_it_comes", "weekly", "monthly")


def _move_choices(organisation: int, kept: int, gone: int) -> Record:
    """Where the one who goes wants to hear less, the other's choice gives way to theirs."""
    unwanted = PersonTopic.objects.filter(person_id=gone, is_wanted=False)
    topics = rows_of(
        PersonTopic._meta.db_table,
        "person_id = %s AND is_wanted AND topic_id = ANY(%s)",
        [kept, list(unwanted.values_list("topic_id", flat=True))],
    )
    theirs = Preference.objects.filter(person_id=gone).first()
    rarer = STRICTER.index(theirs.frequency) if theirs else 0
    often = rows_of(
        Preference._meta.db_table,
        "person_id = %s AND frequency = ANY(%s)",
        [kept, list(STRICTER[:rarer])],
    )
    for row in topics:
        remove(PersonTopic._meta.db_table, {"id": row["id"]})
    if often:
        remove(Preference._meta.db_table, {"person_id": kept})
    return {"topics": topics, "often": often}


def _choices_back(organisation: int, kept: int, gone: int, record: Record) -> int:
    lost = sum(not restore(PersonTopic._meta.db_table, row) for row in record["topics"])
    return lost + sum(not restore(Preference._meta.db_table, row) for row in record["often"])


register(Mover("facts", _move_facts, _facts_back))
register(Mover("consents", _move_consents, _consents_back))
register(Mover("pairs", _move_pairs, _pairs_back))
register(Mover("choices", _move_choices, _choices_back))
