"""Inviting many at once from a table: good rows go, every other comes back with its reasons."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from muster.organisations import authority, granting, inviting
from muster.organisations.joining import Newcomer
from muster.organisations.models import Invitation, Member, Organisation, Role, Unit

MOST = 500
COLUMNS = ("name", "email", "role", "unit", "dataset", "until", "reason")
NEEDED = COLUMNS[:4]
NAMES = {"e-mail": "email", "e-mail address": "email", "last day": "until", "why": "reason"}


class CannotRead(Exception):
    """Why nothing of the table can be read, in words."""


@dataclass(frozen=True)
class Refused:
    """A row that invited nobody: its number in the table, its cells, and every reason."""

    number: int
    cells: list[str]
    reasons: list[str]


@dataclass
class Outcome:
    """`header`: the columns as read, to be given back above the refused rows."""

    header: list[str]
    invited: list[Invitation] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    def refused_as_text(self) -> str:
        """The refused rows as a table again, to be mended and tried once more."""
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(
            [self.header, *(row.cells for row in self.refused)]
        )
        return out.getvalue() if self.refused else ""


def invite_many(
    organisation: Organisation, text: str, *, reason: str, by: Member, at: datetime
) -> Outcome:
    """Invite everyone in the table by letter. `reason` is for rows without their own.

    Raises `CannotRead`, when nobody was invited. Tried again, who was invited is refused as such.
    """
    header, rows = _read(text)
    units = {unit.name.casefold(): unit for unit in authority.units_of(by, at=at)}
    outcome = Outcome(header)
    for number, cells in rows:
        row = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
        newcomer, slips = _newcomer(row, units, organisation, reason, at)
        if newcomer is None:
            outcome.refused.append(Refused(number, cells, slips))
            continue
        try:
            invitation, _ = inviting.invite(organisation, newcomer, by=by, at=at, by_letter=True)
        except inviting.CannotInvite as refusal:
            outcome.refused.append(Refused(number, cells, list(refusal.args)))
        else:
            outcome.invited.append(invitation)
    return outcome


def _read(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    if "\x00" in text:
        raise CannotRead("That is no text. Save the table as CSV.")
    try:
        rows = list(_rows(text))
    except csv.Error as slip:
        raise CannotRead(f"The table cannot be read: {slip}.") from None
    if not rows:
        raise CannotRead("There are no rows. Each holds a name, an address, a role and a unit.")
    header = [NAMES.get(cell.strip().casefold(), cell.strip().casefold()) for cell in rows[0][1]]
    if set(NEEDED) <= set(header):
        rows = rows[1:]
    elif "@" in "".join(rows[0][1]):
        header = list(COLUMNS)  # no header: the columns in our order
    else:
        missing = ", ".join(name for name in NEEDED if name not in header)
        raise CannotRead(f"Name the columns in the first row. Missing: {missing}.")
    if len(rows) > MOST:
        raise CannotRead(f"{len(rows):,} rows are too many at once. Take {MOST} at most.")
    if not rows:
        raise CannotRead("There is a header, and nobody beneath it.")
    return header, rows


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold anything, with their numbers; commas, semicolons or tabs between cells."""
    first = text.lstrip("\ufeff\r\n ").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    table = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=delimiter)
    for number, cells in enumerate(table, 1):
        if any(cell.strip() for cell in cells):
            yield number, cells


def _newcomer(
    row: dict[str, str], units: dict[str, Unit], ours: Organisation, reason: str, at: datetime
) -> tuple[Newcomer | None, list[str]]:
    kind = _among(row.get("role", ""), Role.Kind.choices)
    dataset = _among(row.get("dataset", ""), [("", "everything"), *Role.Dataset.choices])
    unit = units.get(row.get("unit", "").casefold())
    until, slips = _until(row.get("until", ""), kind, ours, at)
    if kind is None:
        roles = ", ".join(label for _, label in Role.Kind.choices)
        slips.append(f"No role is named “{row.get('role', '')}”. Write one of: {roles}.")
    if dataset is None:
        slips.append(f"No dataset is named “{row.get('dataset', '')}”.")
    if unit is None:
        slips.append(f"No unit of yours is named “{row.get('unit', '')}”.")
    if kind is None or dataset is None or unit is None or slips:
        return None, slips
    why = row.get("reason", "") or reason
    if len(row.get("name", "")) > 200 or len(why) > 200:
        return None, ["Keep the name and the reason under 200 letters."]
    newcomer = Newcomer(row.get("name", ""), row.get("email", ""), unit, kind, until, dataset, why)
    return newcomer, []


def _among(text: str, choices: list[tuple[str, str]]) -> str | None:
    """The value someone means by its key or its label."""
    meant = text.casefold()
    return next((key for key, label in choices if meant in (key, label.casefold())), None)


def _until(
    text: str, kind: str | None, ours: Organisation, at: datetime
) -> tuple[datetime | None, list[str]]:
    """The end of that day there; without one, as long as is usual for the role."""
    if not text:
        return (granting.usual_end(kind, at) if kind else None), []
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None, ["Write the last day as 2026-05-07."]
    return datetime.combine(day, time(23, 59, 59), tzinfo=ZoneInfo(ours.time_zone)), []
