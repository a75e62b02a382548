"""Making a file ready to be read: plain on disk, its heading known, its columns guessed."""

from contextlib import suppress
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Min

from muster.lib.times import now
from muster.people.imports import guessing, mailchimp, mapping
from muster.people.imports.delimiters import delimiter_of
from muster.people.imports.models import RememberedColumns
from muster.people.imports.reading import Record, records
from muster.people.imports.saving import CannotImport
from muster.people.imports.unpacking import unpack
from muster.people.imports.validating import Checker, Where
from muster.people.imports.values import Spec, specs_of
from muster.people.models import CustomField, Import, Wording
from muster.places import postcodes
from muster.places.models import Place

MOST_SHEETS = 5
"""Sheets tried before a workbook is refused."""
LOOKED_AT = 500
"""Rows by which columns are guessed."""
SETTLED = (
    "kind",
    "sheet",
    "sheets",
    "plain",
    "skip",
    "encoding",
    "size",
    "notes",
    "heading",
    "delimiter",
    "preset",
    "choices",
    "options",
)


def settle(taken: Import, *, encoding: str = "", preset: str = "", sheet: str = "") -> None:
    """Unpack the file, read its heading, and guess its columns or remember them.

    Of a workbook the sheet asked for; else the first that holds people, as some begin with a page
    of words. What it was read as before stays until all has gone well. Raises `CannotImport`.
    """
    try:
        _settle(taken, encoding, preset, sheet)
    except CannotImport:
        for other in [] if sheet else taken.sheets[1:MOST_SHEETS]:
            with suppress(CannotImport):
                return _settle(taken, encoding, preset, other)
        raise


def _settle(taken: Import, encoding: str, preset: str, sheet: str) -> None:
    path = Path(taken.path)
    if not path.exists():
        raise CannotImport("The file is no longer on this machine. Upload it again.")
    settled = settings.VAR / "imports" / f"{taken.pk}.plain.csv"
    fresh = settled.with_suffix(".fresh")
    try:
        plain = unpack(path, fresh, encoding=encoding, sheet=sheet)
        taken.kind, taken.encoding, taken.skip = plain.kind, plain.encoding, plain.skip
        taken.sheet, taken.sheets = plain.sheet[:200], list(plain.sheets)
        taken.notes, taken.size = list(plain.notes), plain.path.stat().st_size
        _guess(taken, _beginning(taken, plain.path), preset)
        taken.plain = ""
        if plain.path == fresh:
            fresh.replace(settled)
            taken.plain = str(settled)
    finally:
        fresh.unlink(missing_ok=True)
    taken.save(update_fields=SETTLED)


def _beginning(taken: Import, path: Path) -> list[list[str]]:
    """Its first rows; its heading is kept on the way. Raises `CannotImport`."""
    with path.open("rb") as file:
        taken.heading, taken.delimiter, offset, line = read_heading(file, taken.skip)
        rows = [r.fields for r in islice(records(file, offset, line, taken.delimiter), LOOKED_AT)]
    if not rows:
        where = f"The sheet “{taken.sheet[:40]}”" if len(taken.sheets) > 1 else "The file"
        raise CannotImport(f"{where} has a heading but no people beneath it.")
    return rows


def _guess(taken: Import, rows: list[list[str]], preset: str) -> None:
    fields = fields_of(taken)
    found = guessing.guess(taken.heading, rows, fields, preset=preset)
    taken.preset, choices = found.preset, found.choices
    options = mapping.Options(_status(taken))
    remembered = RememberedColumns.objects.filter(
        organisation_id=taken.organisation_id, digest=guessing.digest_of(taken.heading)
    ).first()
    if remembered and not preset:
        before = mapping.choices_of(remembered.choices)
        if {c.target for c in before} <= mapping.known_targets(fields):
            choices = before
            taken.notes = [
                *taken.notes,
                "Its columns are chosen as they last were for this heading.",
            ]
    taken.choices, taken.options = mapping.kept(choices), options.kept()


def _status(taken: Import) -> str:
    """Of a list out of Mailchimp's zip, uploaded alone: its name still tells."""
    is_alone = taken.kind == "csv" and taken.preset == "mailchimp"
    return mailchimp.status_of(taken.name) if is_alone else ""


def fields_of(taken: Import) -> list[CustomField]:
    """The organisation's own fields a column may fill."""
    ours = CustomField.objects.filter(organisation_id=taken.organisation_id)
    return list(ours.filter(retired_at=None).order_by("name"))


def readable(taken: Import) -> Path:
    """The file as the rows are read from it."""
    return Path(taken.plain or taken.path)


def read_heading(file: BinaryIO, skip: int) -> tuple[list[str], str, int, int]:
    """The columns, the delimiter, and where the rows begin: byte, and lines before it.

    Raises `CannotImport`.
    """
    file.seek(skip)
    delimiter = delimiter_of(file.readline(65_536).decode("utf-8", "replace"))
    first = next(records(file, skip, 0, delimiter), None)
    if first is None:
        raise CannotImport("The file is empty.")
    heading = [" ".join(name.replace("\x00", "").split())[:200] for name in first.fields]
    if problem := _problem_of(first, heading):
        raise CannotImport(problem)
    return heading, delimiter, first.end, first.end_line


def _problem_of(first: Record, heading: list[str]) -> str:
    if first.problem or not any(heading):
        return "The first row is no heading: name each column there, then upload it again."
    if len(heading) > mapping.MOST_COLUMNS:
        return (
            f"The file has {len(heading):,} columns, more than the {mapping.MOST_COLUMNS:,} read"
            " here. Remove those that are not needed."
        )
    if any("@" in name and "." in name for name in heading):
        return (
            "The first row looks like a person, not like a heading: put the columns' names above"
            " the rows, then upload it again."
        )
    return ""


def checker_for(taken: Import) -> Checker:
    """What this file's rows are checked against: our postcodes, seats and wordings, its day."""
    seats = {}
    for pk, code, name in Place.objects.seats().values_list("id", "code", "name"):
        seats[code.casefold()] = seats[name.casefold()] = pk
    wordings = Wording.objects.filter(organisation_id=taken.organisation_id, purpose="marketing")
    choices, specs = columns_of(taken)
    return Checker(
        choices,
        place,
        seats,
        {(w.channel, w.version): w.pk for w in wordings},
        taken.started_at or now(),
        ZoneInfo(taken.organisation.time_zone),
        _first_taken_in(taken),
        specs,
        mapping.options_of(taken.options),
    )


def columns_of(taken: Import) -> tuple[list[mapping.Choice], dict[str, Spec]]:
    """What the columns are, and the fields among them; the id of one yet to be made is below 0."""
    choices, specs = [], specs_of(fields_of(taken))
    for i, choice in enumerate(mapping.choices_of(taken.choices)):
        if choice.target == mapping.NEW and choice.kind:
            name = choice.name or taken.heading[i]
            specs[f"{mapping.NEW}:{i}"] = Spec(-i - 1, name, choice.kind)
            choice = choice._replace(target=f"{mapping.NEW}:{i}")
        choices.append(choice)
    return choices, specs


def _first_taken_in(taken: Import) -> datetime | None:
    same = Import.objects.filter(organisation=taken.organisation, sha256=taken.sha256)
    first: datetime | None = same.aggregate(first=Min("started_at"))["first"]
    return first


def place(typed: str) -> Where:
    """A malformed postcode is refused; one we do not know is kept, as newer ones are real."""
    found = postcodes.find(typed)
    if found.kind == "malformed":
        return Where(problem=found.words)
    how = "postcode" if found.seat_id else ""
    return Where(found.postcode, found.seat_id, found.ward_id, how, is_known=found.kind == "found")
