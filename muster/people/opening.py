"""Making a file ready to be read: its heading, and what its rows are checked against."""

from datetime import datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

from django.db.models import Min

from muster.lib.times import now
from muster.people import template
from muster.people.models import Import, Wording
from muster.people.reading import records
from muster.people.saving import CannotImport
from muster.people.validating import Checker, Where
from muster.places import postcodes
from muster.places.models import Place


def read_heading(file: BinaryIO, skip: int) -> tuple[list[str], str, int, int]:
    """The columns, the delimiter, and where the rows begin: byte, and lines before it.

    Raises `CannotImport`.
    """
    file.seek(skip)
    delimiter = template.delimiter_of(file.readline(65_536).decode("utf-8", "replace"))
    first = next(records(file, skip, 0, delimiter), None)
    if first is None:
        raise CannotImport("The file is empty.")
    heading = template.tidy(first.fields)
    if problems := template.problems_of(heading):
        raise CannotImport(" ".join(problems) + " The template shows every column.")
    return heading, delimiter, first.end, first.end_line


def checker_for(taken: Import, heading: list[str]) -> Checker:
    """What this file's rows are checked against: our postcodes, seats and wordings, its day."""
    seats = {}
    for pk, code, name in Place.objects.seats().values_list("id", "code", "name"):
        seats[code.casefold()] = seats[name.casefold()] = pk
    wordings = Wording.objects.filter(organisation_id=taken.organisation_id, purpose="marketing")
    return Checker(
        heading,
        place,
        seats,
        {(w.channel, w.version): w.pk for w in wordings},
        taken.started_at or now(),
        ZoneInfo(taken.organisation.time_zone),
        _first_taken_in(taken),
    )


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
