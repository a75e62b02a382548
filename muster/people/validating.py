"""One row of a file, checked on plain values: what it says, or every reason it cannot be taken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from operator import itemgetter
from typing import NamedTuple

from muster.people.contacts import NotAnEmail, NotAPhone, normal_email, normal_phone
from muster.people.template import CHANNELS, COLUMNS, PLAIN

YES = frozenset({"yes", "y", "true", "1"})
NO = frozenset({"no", "n", "false", "0"})
FORMULA = frozenset("=+-@")
LENGTHS = (("external_id", 100), ("given_name", 100), ("family_name", 100), ("address", 200))
MOST_KEPT = 200_000


class Where(NamedTuple):
    """What a postcode or the name of a seat came to. `problem`: it cannot be taken."""

    postcode: str = ""
    seat_id: int | None = None
    ward_id: int | None = None
    how: str = ""
    problem: str = ""
    is_known: bool = False
    """Is it on the list of postcodes? One that is not may have been made up."""


class Consent(NamedTuple):
    channel: str
    is_given: bool
    wording_id: int | None
    source: str
    at: datetime


class Row(NamedTuple):
    """What one good row says."""

    external_id: str
    given_name: str
    family_name: str
    email: str
    phone: str
    address: str
    where: Where
    joined_at: datetime
    consents: list[Consent]
    unproved: int


@dataclass
class Checker:
    """Checks the rows of one file. `place` answers postcodes, `seats` names and codes."""

    heading: Sequence[str]
    place: Callable[[str], Where]
    seats: dict[str, int]
    wordings: dict[tuple[str, str], int]
    now: datetime
    zone: tzinfo = UTC
    since: datetime | None = None
    """When these bytes were first taken in: an undated no is no younger, however often they are."""
    _dates: dict[str, datetime | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found = {name: i for i, name in enumerate(self.heading)}
        # A column the file lacks is read from the empty text put at the end of every row.
        self._pick = itemgetter(*(found.get(name, -1) for name in COLUMNS))
        self._has_consent = any(name in found for name in COLUMNS[len(PLAIN) :])

    def check(self, fields: list[str]) -> Row | list[str]:
        """The row, or all its problems at once."""
        if len(fields) != len(self.heading):
            few = "breaks off: it" if len(fields) < len(self.heading) else ""
            return [
                f"The row {few} has {len(fields)} columns where the heading has"
                f" {len(self.heading)}.".replace("  ", " ")
            ]
        problems: list[str] = []
        if not "".join(fields).isprintable():
            fields = [_tidied(f, problems) for f in fields]
        external_id, given, family, email, phone, address, postcode, seat, joined, *consent = (
            text.strip() for text in self._pick([*fields, ""])
        )
        texts = (external_id, given, family, address)
        for (name, most), text in zip(LENGTHS, texts, strict=True):
            if text and (text[0] in FORMULA or len(text) > most):
                problems.append(_wrong_text(name, text, most))
        if email:
            email = _ask(normal_email, NotAnEmail, email, problems)
        if phone:
            phone = _ask(normal_phone, NotAPhone, phone, problems)
        where = self._where(postcode, seat, problems)
        joined_at = self._joined(joined, problems)
        consents, unproved = self._consents(consent, problems) if self._has_consent else ([], 0)
        if not (external_id or given or family or email or phone) and not problems:
            problems.append("Nothing here says who this is.")
        if problems:
            return list(dict.fromkeys(problems))
        return Row(
            external_id, given, family, email, phone, address, where, joined_at, consents, unproved
        )

    def _where(self, postcode: str, seat: str, problems: list[str]) -> Where:
        where = self.place(postcode) if postcode else Where()
        if where.problem:
            problems.append(where.problem)
        if seat and where.seat_id is None:
            said = self.seats.get(seat.casefold())
            if said is None:
                problems.append(f"No seat is called “{seat[:60]}”.")
            return where._replace(seat_id=said, how="said")
        return where

    def _joined(self, typed: str, problems: list[str]) -> datetime:
        if not typed:
            return self.now
        at = self._date(typed)
        if at is None or at > self.now:
            problems.append(_wrong_date("joined_on", typed, at))
        return at or self.now

    def _consents(self, cells: list[str], problems: list[str]) -> tuple[list[Consent], int]:
        said, unproved, undated = [], 0, self.since or self.now
        for i, channel in enumerate(CHANNELS):
            answer, version, source, typed = cells[4 * i : 4 * i + 4]
            if not answer:
                continue
            is_given = answer.lower() in YES
            if not is_given and answer.lower() not in NO:
                problems.append(f"{channel}_consent is “{answer[:20]}”: write yes or no.")
                continue
            at = self._date(typed) if typed else None
            if typed and (at is None or at > self.now):
                problems.append(_wrong_date(f"{channel}_consent_at", typed, at))
            elif not is_given:
                said.append(Consent(channel, False, None, source[:200] or "Import", at or undated))
            elif not (version and source and at):
                unproved += 1  # kept as a contact without consent (PECR-CON)
            elif (wording := self.wordings.get((channel, version))) is None:
                problems.append(f"{channel}_consent_wording: “{version[:40]}” is not known here.")
            elif source[0] in FORMULA or len(source) > 200:
                problems.append(_wrong_text(f"{channel}_consent_source", source, 200))
            else:
                said.append(Consent(channel, True, wording, source, at))
        return said, unproved

    def _date(self, typed: str) -> datetime | None:
        """2026-05-04, 2026-05-04T09:12 or 04/05/2026, in the organisation's zone."""
        if typed in self._dates:
            return self._dates[typed]
        if len(self._dates) > MOST_KEPT:
            self._dates.clear()
        at = self._dates[typed] = _read_date(typed, self.zone)
        return at


def _read_date(typed: str, zone: tzinfo) -> datetime | None:
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        try:
            at = datetime.strptime(typed, "%d/%m/%Y")  # noqa: DTZ007 (its zone is put on below)
        except ValueError:
            return None
    try:
        at = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        return None
    return at if at.year >= 1900 else None


def _ask(
    normal: Callable[[str], str], refusal: type[ValueError], typed: str, problems: list[str]
) -> str:
    try:
        return normal(typed)
    except refusal as problem:
        problems.append(str(problem))
        return ""


def _tidied(text: str, problems: list[str]) -> str:
    """One line of it; what no name or address holds is a problem."""
    spaced = " ".join(text.split())
    if "\x00" in spaced or "\ufffd" in spaced:
        problems.append("Holds damaged characters.")
    elif any(c < " " or c == "\x7f" for c in spaced):
        problems.append("Holds control characters.")
    return spaced


def _wrong_text(name: str, text: str, most: int) -> str:
    if len(text) > most:
        return f"{name} is longer than {most} characters."
    return f"{name} begins with “{text[0]}” like a spreadsheet formula."


def _wrong_date(name: str, typed: str, at: datetime | None) -> str:
    if at is None:
        return f"{name} is “{typed[:30]}”: write a date as 2026-05-04."
    return f"{name} lies in the future."
