"""What a file would bring, counted over the whole of it before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from muster.lib.times import now
from muster.people.generating import Shows, quietly
from muster.people.imports import crowding, differing, stopping_rows, typos
from muster.people.imports.earlier import EarlierRows, earlier_rows
from muster.people.imports.opening import checker_for, read_heading, readable
from muster.people.imports.pacing import Pace
from muster.people.imports.reading import Record, records
from muster.people.imports.recognising import Good, goes_by, recognise
from muster.people.imports.validating import Checker, Row
from muster.people.models import Import
from muster.people.suppressing import ERASED, ERASED_REFUSAL

BATCH = 5_000
SHOWN = 5
"""Rows of each kind kept to be shown: where they are in the file, never what they say."""


@dataclass
class Count:
    """What the rows come to; in rows, but `changed` in people. `samples`: byte, line and reason."""

    rows: int = 0
    people: int = 0
    made: int = 0
    matched: int = 0
    changed: int = 0
    overwritten: int = 0
    refused: int = 0
    suppressed: int = 0
    stops: int = 0
    """Rows that themselves ask to stop."""
    unproved: int = 0
    consents: int = 0
    unplaced: int = 0
    typos: int = 0
    slips: dict[str, int] = field(default_factory=dict)
    """Rows by what their slips are accepted by (`typos.group_of`); `corrected`: the same."""
    corrected: dict[str, int] = field(default_factory=dict)
    roles: int = 0
    unwell: int = 0
    """Rows that say their address bounces or is dead."""
    offset: int = 0
    pace: float = 0.0
    is_whole: bool = False
    samples: dict[str, list[list[int | str]]] = field(default_factory=dict)


def changes_nothing(count: Mapping[str, Any]) -> bool:
    """Is everybody in the file, as it was counted, known already with all it says of them?"""
    return bool(count["people"]) and not any(
        count.get(kind) for kind in ("made", "changed", "stops", "unwell")
    )


def count(import_id: int, *, progress: Shows = quietly) -> Count | None:
    """Count the file. None: someone changed its columns meanwhile, or it is gone."""
    taken = Import.objects.select_related("organisation").get(pk=import_id)
    if taken.state != Import.State.COUNTING:
        return None
    path = readable(taken)
    if not path.exists():
        Import.objects.filter(pk=taken.pk).update(
            state=Import.State.REFUSED,
            problem="The file is no longer on this machine. Upload it again.",
        )
        return None
    found = counted(taken, progress=progress)
    if found and found.is_whole:
        _still(taken).update(counted=asdict(found), state=Import.State.COUNTED)
    return found


def kept(taken: Import, *, progress: Shows = quietly) -> Count:
    """Count for a command line; the file waits to be taken in, here or in the browser."""
    found = counted(taken, progress=progress, told=False) or Count()
    Import.objects.filter(pk=taken.pk, started_at=None).update(
        counted=asdict(found), state=Import.State.COUNTED
    )
    return found


def counted(taken: Import, *, progress: Shows = quietly, told: bool = True) -> Count | None:
    """Read the whole file and write nothing. `told`: keep how far it has come, for the page."""
    counting = _Counting(checker_for(taken), taken.organisation_id)
    with readable(taken).open("rb") as file, earlier_rows() as earlier:
        _, delimiter, offset, line = read_heading(file, taken.skip)
        rows = records(file, offset, line, delimiter)
        counting.count.offset = offset
        with progress("Rows counted", 0) as shown:
            while batch := list(islice(rows, BATCH)):
                counting.add(batch, earlier)
                shown.advance(len(batch))
                if told and not _still(taken).update(
                    counted=asdict(counting.count), heard_at=now()
                ):
                    return None
    counting.count.is_whole = True
    return counting.count


def _still(taken: Import) -> "QuerySet[Import]":
    return Import.objects.filter(
        pk=taken.pk, state=Import.State.COUNTING, choices=taken.choices, options=taken.options
    )


class _Counting:
    """Adds up one file, batch by batch."""

    def __init__(self, checker: Checker, organisation_id: int) -> None:
        self.checker, self.organisation_id = checker, organisation_id
        self.count = Count()
        self.crowds = crowding.Crowds()
        self.pace = Pace()
        self.known: set[int] = set()
        self.changed: set[int] = set()
        self.overwritten: set[int] = set()

    def add(self, batch: Sequence[Record], earlier: EarlierRows) -> None:
        before = self.count.offset
        good, places = self._checked(batch)
        good = self._allowed(good, places)
        ids = earlier.ids(len(good))
        found = self.crowds.refuse(recognise(self.organisation_id, good, ids, earlier))
        earlier.keep(found)
        for row, why in found.refused:
            self._sample("refused", places[row.line], why)
        known = [(g, person) for g, person in found.matched if person > 0]
        wins = self.checker.options.file_wins
        gains = differing.gains(known, found.claims, file_wins=wins)
        for row, person in known:
            if person in gains and person not in self.changed:
                self._sample("changed", places[row.line])
                self.changed.add(person)
            if wins and person in gains and gains[person].is_overwriting:
                if person not in self.overwritten:
                    self._sample("overwritten", places[row.line])
                self.overwritten.add(person)
        for row, _ in found.made:
            self._sample("made", places[row.line])
        for row, _ in found.matched:
            self._sample("matched", places[row.line])
        self._add_up(batch, found.made, found.matched, len(found.refused), places)
        self.known.update(person for _, person in known)
        self.count.changed = len(self.changed)
        self.count.overwritten = len(self.overwritten)
        self.count.people = self.count.made + len(self.known)
        self.count.offset = batch[-1].end
        self.count.pace = self.pace.after(batch[-1].end - before)

    def _checked(self, batch: Sequence[Record]) -> tuple[list[Good], dict[int, tuple[int, int]]]:
        """The rows that may come in, and where each row of the batch begins: byte, lines before."""
        good, places, begins = [], {}, self.count.offset
        for record in batch:
            places[record.line] = (begins, record.line - 1)
            begins = record.end
            row = [record.problem] if record.problem else self.checker.check(record.fields)
            if isinstance(row, Row):
                good.append(Good(record.line, "", row, goes_by(row)))
            else:
                self.count.refused += 1
                self._sample("refused", places[record.line])
        return good, places

    def _allowed(self, rows: list[Good], places: dict[int, tuple[int, int]]) -> list[Good]:
        rows = stopping_rows.as_allowed(self.organisation_id, rows)
        hit = stopping_rows.stopped(self.organisation_id, [good.row for good in rows])
        kept = []
        for good, reasons in zip(rows, hit, strict=True):
            if ERASED in reasons:
                self.count.refused += 1
                self._sample("refused", places[good.line], ERASED_REFUSAL)
                continue
            kept.append(good)
            if good.row.stops:
                self.count.stops += 1
            if reasons or good.row.stops:
                self.count.suppressed += 1
                self._sample("suppressed", places[good.line])
        return kept

    def _add_up(
        self,
        batch: Sequence[Record],
        made: list[tuple[Good, int]],
        matched: list[tuple[Good, int]],
        refused: int,
        places: dict[int, tuple[int, int]],
    ) -> None:
        count = self.count
        count.rows += len(batch)
        count.made += len(made)
        count.matched += len(matched)
        count.refused += refused
        count.unplaced += sum(good.row.where.seat_id is None for good, _ in made)
        for good, _ in (*made, *matched):
            row = good.row
            count.consents += len(row.consents)
            count.unwell += row.email_state != "good"
            if row.unproved:
                count.unproved += row.unproved
                self._sample("unproved", places[good.line])
            if row.email:
                self._add_address(row, places[good.line])

    def _add_address(self, row: Row, where: tuple[int, int]) -> None:
        count = self.count
        if row.typed_email:
            group = typos.group_of(row.typed_email)
            count.corrected[group] = count.corrected.get(group, 0) + 1
        elif group := typos.group_of(row.email):
            count.typos += 1
            count.slips[group] = count.slips.get(group, 0) + 1
            self._sample("other_typos" if group == typos.OTHERS else "typos", where)
        elif typos.is_role(row.email):
            count.roles += 1
            self._sample("roles", where)

    def _sample(self, kind: str, where: tuple[int, int], why: str = "") -> None:
        kept = self.count.samples.setdefault(kind, [])
        if len(kept) < SHOWN:
            kept.append([*where, why])
