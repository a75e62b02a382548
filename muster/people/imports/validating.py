"""One row of a file, checked on plain values: what it says, or every reason it cannot be taken."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from operator import itemgetter
from typing import NamedTuple

from muster.people.contacts import NotAnEmail, NotAPhone, normal_email, normal_phone
from muster.people.imports import dates, typos
from muster.people.imports.mapping import IGNORE, Choice, Options
from muster.people.imports.template import CHANNELS, COLUMNS, PLAIN
from muster.people.imports.values import NO, YES, Spec, Value
from muster.people.imports.varied import Varied

FORMULA = frozenset("=+-@")
NAMES = (("Their number in your records", 100), ("The given name", 100), ("The family name", 100))
LONGEST_ADDRESS = 200
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
    phones: tuple[str, ...]
    address: str
    where: Where
    joined_at: datetime
    consents: list[Consent]
    unproved: int
    tags: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    stops: tuple[str, ...] = ()
    """Channels on which they asked to stop: suppressed, whatever else the row says."""
    email_state: str = "good"
    typed_email: str = ""
    """The address as the file has it, where `email` is what was meant."""


@dataclass
class Checker:
    """Checks the rows of one file. `place` answers postcodes, `seats` names and codes."""

    choices: Sequence[Choice]
    place: Callable[[str], Where]
    seats: dict[str, int]
    wordings: dict[tuple[str, str], int]
    now: datetime
    zone: tzinfo = UTC
    since: datetime | None = None
    """When these bytes were first taken in: an undated no is no younger, however often they are."""
    specs: Mapping[str, Spec] = field(default_factory=dict)
    options: Options = field(default_factory=Options)
    _dates: dict[tuple[str, str], datetime | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found: dict[str, int] = {}
        for i, choice in enumerate(self.choices):
            found.setdefault(choice.target, i)
        # A column the file lacks is read from the empty text put at the end of every row.
        self._pick = itemgetter(*(found.get(name, -1) for name in COLUMNS))
        self._has_consent = any(name in found for name in COLUMNS[len(PLAIN) :])
        self._orders = {c.target: c.order or "dmy" for c in self.choices}
        self._used = [c.target != IGNORE for c in self.choices]
        varied = Varied(self.choices, self.specs, self.options)
        self._varied = varied if varied.is_any else None
        self._has_consent |= varied.is_any

    def check(self, fields: list[str]) -> Row | list[str]:
        """The row, or all its problems at once."""
        if len(fields) != len(self.choices):
            return [_wrong_length(len(fields), len(self.choices))]
        problems: list[str] = []
        whole = "".join(fields)
        if not whole.isprintable() or "\ufffd" in whole:
            fields = [
                _tidied(text, problems) if is_used else ""
                for text, is_used in zip(fields, self._used, strict=True)
            ]
        external_id, given, family, email, phone, address, postcode, seat, joined, *consent = (
            text.strip() for text in self._pick([*fields, ""])
        )
        more = self._varied.read(fields, problems) if self._varied else None
        if more:
            given, family = more.names(given, family)
            address = more.address or address
        for (name, most), text in zip(NAMES, (external_id, given, family), strict=True):
            if text and (text[0] in FORMULA or len(text) > most):
                problems.append(_wrong_text(name, text, most))
        if len(address) > LONGEST_ADDRESS:
            problems.append(_wrong_text("The address", address, LONGEST_ADDRESS))
        if email:
            email = _ask(normal_email, NotAnEmail, email, problems)
        phones = self._phones((phone, *more.phones) if more else (phone,), problems)
        where = self._where(postcode, seat, problems)
        joined_at = self._joined(joined, problems)
        said = more.said if more else {}
        consents, unproved = (
            self._consents(consent, said, problems) if self._has_consent else ([], 0)
        )
        if not (external_id or given or family or email or phones) and not problems:
            problems.append("Nothing here says who this is.")
        if problems:
            return list(dict.fromkeys(problems))
        row = Row(
            external_id, given, family, email, phones, address, where, joined_at, consents, unproved
        )
        if self.options.corrected and (meant := typos.corrected(email, self.options.corrected)):
            row = row._replace(email=meant, typed_email=email)
        return row._replace(**more.rest()) if more else row

    def _phones(self, typed: tuple[str, ...], problems: list[str]) -> tuple[str, ...]:
        found = [_ask(normal_phone, NotAPhone, one, problems) for one in typed if one]
        return tuple(dict.fromkeys(found))

    def _where(self, postcode: str, seat: str, problems: list[str]) -> Where:
        where = self.place(postcode) if postcode else Where()
        if where.problem:
            problems.append(where.problem)
        if seat:
            said = self.seats.get(seat.casefold())
            if said is None:
                problems.append(f"No seat is called “{seat[:40]}”.")
            return where._replace(seat_id=said, how="said")
        return where

    def _joined(self, typed: str, problems: list[str]) -> datetime:
        if not typed:
            return self.now
        at = self._date(typed, self._orders["joined_on"])
        if at is None or at > self.now:
            problems.append(_wrong_date("The day they joined", typed, at))
        return at or self.now

    def _consents(
        self, cells: list[str], said: Mapping[str, str], problems: list[str]
    ) -> tuple[list[Consent], int]:
        found, unproved = [], 0
        for i, channel in enumerate(CHANNELS):
            answer, version, source, typed = cells[4 * i : 4 * i + 4]
            # A stop elsewhere in the row beats a yes here: nobody is ever subscribed again.
            answer = "no" if said.get(channel) == "no" else answer or said.get(channel, "")
            if not answer:
                continue
            is_given = answer.lower() in YES
            if not is_given and answer.lower() not in NO:
                problems.append(f"{channel}_consent is “{answer[:20]}”: write yes or no.")
                continue
            proof = self.options.proof.get(channel, {})
            version, source = version or proof.get("wording", ""), source or proof.get("source", "")
            before = len(problems)
            consent = self._consent(channel, is_given, version, source, typed, problems)
            if consent:
                found.append(consent)
            elif len(problems) == before:
                unproved += 1  # kept as a contact without consent (PECR-CON)
        return found, unproved

    def _consent(
        self,
        channel: str,
        is_given: bool,
        version: str,
        source: str,
        typed: str,
        problems: list[str],
    ) -> Consent | None:
        at = self._date(typed, self._orders.get(f"{channel}_consent_at", "dmy")) if typed else None
        if typed and (at is None or at > self.now):
            problems.append(_wrong_date("The day they agreed", typed, at))
        elif not is_given:
            undated = self.since or self.now
            return Consent(channel, False, None, source[:200] or "Import", at or undated)
        elif not (version and source and at):
            return None
        elif (wording := self.wordings.get((channel, version))) is None:
            problems.append(f"The wording “{version[:40]}” is not known here.")
        elif source[0] in FORMULA or len(source) > 200:
            problems.append(_wrong_text("Where they agreed", source, 200))
        else:
            return Consent(channel, True, wording, source, at)
        return None

    def _date(self, typed: str, order: str) -> datetime | None:
        """The instant, in the organisation's zone where none is written."""
        key = (typed, order)
        if key in self._dates:
            return self._dates[key]
        if len(self._dates) > MOST_KEPT:
            self._dates.clear()
        at = self._dates[key] = dates.read(typed, order, self.zone)
        return at


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


def _wrong_length(has: int, wanted: int) -> str:
    few = "breaks off: it has" if has < wanted else "has"
    return f"The row {few} {has} columns where the heading has {wanted}."


def _wrong_text(name: str, text: str, most: int) -> str:
    if len(text) > most:
        return f"{name} is longer than {most} characters."
    return f"{name} begins with “{text[0]}” like a spreadsheet formula."


def _wrong_date(name: str, typed: str, at: datetime | None) -> str:
    if at is None:
        return f"{name} is “{typed[:30]}”: no date in the order chosen; 2026-05-04 always is."
    return f"{name} lies in the future."
