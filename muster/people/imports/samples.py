"""Rows of a file shown as they would be: the person as Muster would hold them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from muster.people.contacts import shown_phone
from muster.people.imports import differing, typos
from muster.people.imports.mapping import ASKED
from muster.people.imports.opening import checker_for, columns_of, read_heading, readable
from muster.people.imports.reading import Record, records
from muster.people.imports.recognising import Good, goes_by, recognise
from muster.people.imports.validating import Checker, Row
from muster.people.imports.values import Value
from muster.people.models import Import
from muster.places.models import Place

ROWS = 10


@dataclass
class Shown:
    """One row: what is held of the person, what is said of it, or why it is refused."""

    line: int
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    phones: list[str] = field(default_factory=list)
    where: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    cells: str = ""


def first_rows(taken: Import) -> list[Shown]:
    """The first ten, by the columns as they are chosen now."""
    if not readable(taken).exists():
        return []
    show = Showing(taken)
    with readable(taken).open("rb") as file:
        _, delimiter, offset, line = read_heading(file, taken.skip)
        rows = islice(records(file, offset, line, delimiter), ROWS)
        return show.all(list(rows))


def cells_of_columns(taken: Import, how_many: int = 3) -> list[list[str]]:
    """For each column the first few different things that stand in it."""
    found: list[dict[str, None]] = [{} for _ in taken.heading]
    if not readable(taken).exists():
        return [[] for _ in taken.heading]
    with readable(taken).open("rb") as file:
        _, delimiter, offset, line = read_heading(file, taken.skip)
        for record in islice(records(file, offset, line, delimiter), 100):
            for seen, cell in zip(found, record.fields, strict=False):
                if cell.strip() and len(seen) < how_many:
                    seen[cell.strip()[:60]] = None
    return [list(seen) for seen in found]


def sampled(taken: Import, places: Sequence[Sequence[Any]]) -> list[Shown]:
    """The rows a count kept the places of: byte, lines before, and why if it knew."""
    if not readable(taken).exists():
        return []
    show, found = Showing(taken), []
    with readable(taken).open("rb") as file:
        for offset, line, why in places:
            record = next(records(file, int(offset), int(line), taken.delimiter), None)
            if record:
                found.append((record, str(why)))
    shown = show.all([record for record, _ in found])
    for one, (_, why) in zip(shown, found, strict=True):
        if why and not one.problems:
            one.problems = [why]
    return shown


class Showing:
    """Shows rows of one file."""

    def __init__(self, taken: Import) -> None:
        self.checker: Checker = checker_for(taken)
        self.organisation_id = taken.organisation_id
        self.specs = {spec.field_id: spec for spec in columns_of(taken)[1].values()}

    def all(self, found: Sequence[Record]) -> list[Shown]:
        checked = [
            [record.problem] if record.problem else self.checker.check(record.fields)
            for record in found
        ]
        rows = [row for row in checked if isinstance(row, Row)]
        ids = {row.where.seat_id for row in rows if row.where.seat_id}
        self.seats = dict(Place.objects.filter(pk__in=ids).values_list("pk", "name"))
        shown = [
            self._person(record, row)
            if isinstance(row, Row)
            else Shown(record.line, problems=row, cells=record.raw.strip()[:160])
            for record, row in zip(found, checked, strict=True)
        ]
        if self.checker.options.file_wins:
            self._flag_overwritten(shown, checked)
        return shown

    def _flag_overwritten(self, shown: list[Shown], checked: list[Row | list[str]]) -> None:
        """What each row writes over; of own fields not the words, as they may be special data."""
        rows = [
            Good(number, "", row, goes_by(row))
            for number, row in enumerate(checked)
            if isinstance(row, Row)
        ]
        found = recognise(self.organisation_id, rows, range(-1, -len(rows) - 1, -1))
        known = [(good, person) for good, person in found.matched if person > 0]
        gains = differing.gains(known, {}, file_wins=True)
        for good, person in known:
            if gain := gains.get(person):
                flags = shown[good.line].flags
                flags += [f"{before} becomes {after}." for before, after in gain.renamed.values()]
                flags += [f"{self.specs[n].name} is overwritten." for n in gain.rewritten]

    def _person(self, record: Record, row: Row) -> Shown:
        shown = Shown(record.line, row.given_name, row.family_name, row.email)
        shown.phones = [shown_phone(phone) for phone in row.phones]
        seat = self.seats.get(row.where.seat_id or 0, "")
        shown.where = [part for part in (row.address, row.where.postcode, seat) if part]
        number = [f"No. {row.external_id}"] if row.external_id else []
        values = [self._value(value) for value in row.values]
        shown.details = [*number, *row.tags, *values]
        for consent in row.consents:
            if consent.channel not in row.stops:
                says = "agreed" if consent.is_given else "said no"
                shown.said.append(f"{ASKED[consent.channel]}: {says}")
        shown.said += [f"{ASKED[channel]}: asked to stop" for channel in row.stops]
        shown.flags = _flags(row)
        return shown

    def _value(self, value: Value) -> str:
        field = self.specs[value.field_id]
        if field.kind == "yes_no":
            return f"{field.name}: {'yes' if value.number else 'no'}"
        if value.number is not None:
            return f"{field.name}: {value.number.normalize():f}"
        return f"{field.name}: {value.on_date or value.text}"


def _flags(row: Row) -> list[str]:
    flags = []
    if row.typed_email:
        flags.append(f"Corrected from {row.typed_email}, as you accepted.")
    elif row.email and (meant := typos.suggestion(row.email)):
        flags.append(f"{row.email} may be a slip for {meant}: accept that once it is counted.")
    elif row.email and typos.is_role(row.email):
        flags.append("This address seems to be an office’s, not a person’s.")
    if row.unproved:
        flags.append("A yes without wording, source and date: kept without consent.")
    if row.email_state != "good":
        flags.append("Mail to this address came back: it is kept, but not used.")
    if row.where.postcode and not row.where.seat_id:
        flags.append("The postcode is not known here, so they have no seat yet.")
    return flags
