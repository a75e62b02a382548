"""What a file of the register says: columns by the names councils give them, rows checked."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import NamedTuple

NAMES: dict[str, tuple[str, ...]] = {
    "prefix": ("elector_number_prefix", "pd", "polling_district", "register_area"),
    "number": ("elector_number", "number", "eno", "elector_no", "electoral_number"),
    "suffix": ("elector_number_suffix", "number_suffix"),
    "given": ("given_name", "elector_forename", "forename", "forenames", "first_name",
              "first_names"),
    "family": ("family_name", "elector_surname", "surname", "last_name"),
    "name": ("name", "elector_name"),
    "postcode": ("postcode", "post_code", "elector_postcode", "address_postcode"),
    "attains": ("date_of_attainment", "date_attained", "attains_on", "elector_dob", "attainer"),
    "marks": ("marker", "markers", "elector_markers", "franchise", "franchise_flag"),
    "voted": ("voted", "marked", "has_voted"),
    "absent": ("absent", "absent_voter", "absent_voter_type", "voting_method"),
}  # fmt: skip
YES = frozenset({"yes", "y", "1", "true", "x", "v", "voted", "marked"})
NO = frozenset({"", "no", "n", "0", "false"})
ANONYMOUS = frozenset({"n", "anonymous"})
ABSENT = {"post": "post", "postal": "post", "p": "post", "proxy": "proxy", "x": "proxy"} | {
    "postal proxy": "proxy", "": ""
}  # fmt: skip


class Elector(NamedTuple):
    """One row as it is kept. Anonymous: the number alone (ER-4)."""

    number: str
    given: str = ""
    family: str = ""
    address: str = ""
    postcode: str = ""
    attains: date | None = None
    voted: bool | None = None
    absent: str = ""
    is_anonymous: bool = False


class Columns:
    """Where each thing stands in the rows of one file of a kind (full, marked, absent)."""

    def __init__(self, heading: Sequence[str], kind: str, postcode: Callable[[str], str]) -> None:
        tidy = ["_".join(h.casefold().replace("-", " ").split()) for h in heading]
        self.width, self.kind, self.find_postcode = len(heading), kind, postcode
        self.at = {
            what: next((tidy.index(n) for n in names if n in tidy), -1)
            for what, names in NAMES.items()
        }
        self.address = [
            i
            for i, name in enumerate(tidy)
            if "address" in name and i != self.at["postcode"] and "id" not in name.split("_")
        ]

    def problems(self) -> list[str]:
        """Everything the heading lacks."""
        missing = []
        if self.at["number"] < 0:
            missing.append("elector_number")
        if self.at["family"] < 0 and self.at["name"] < 0:
            missing.append("family_name")
        if self.kind == "marked" and self.at["voted"] < 0:
            missing.append("voted")
        if self.kind == "absent" and self.at["absent"] < 0:
            missing.append("absent_voter")
        return [f"The file has no column {', '.join(missing)}."] if missing else []

    def read(self, fields: Sequence[str]) -> Elector | str:
        """The elector, or why the row is refused."""
        if len(fields) != self.width:
            return f"The row has {len(fields)} columns where the heading has {self.width}."
        number = self._number(fields)
        if not number:
            return "There is no elector number."
        if any(len(f) > 300 or "\x00" in f for f in fields):
            return "A field is longer than 300 characters, or holds damaged ones."
        given, family = self._names(fields)
        marks = set(self._cell(fields, "marks").casefold().replace(",", " ").split())
        if marks & ANONYMOUS or not (given or family):
            return Elector(number, is_anonymous=True)
        return self._named(fields, number, given, family)

    def _named(self, fields: Sequence[str], number: str, given: str, family: str) -> Elector | str:
        written = self._cell(fields, "postcode")
        postcode = self.find_postcode(written) if written else ""
        if written and not postcode:
            return f"“{written[:20]}” is not a postcode."
        try:
            attains = _day(self._cell(fields, "attains"))
        except ValueError:
            return "The date of attainment is no date."
        voted = self._cell(fields, "voted").casefold() if self.kind == "marked" else None
        if voted is not None and voted not in YES | NO:
            return f"Voted is “{voted[:20]}”: write yes or no."
        absent = self._cell(fields, "absent").casefold() if self.kind == "absent" else ""
        if absent not in ABSENT:
            return f"Absent is “{absent[:20]}”: write post or proxy."
        lines = [fields[i].strip() for i in self.address]
        address = ", ".join(line for line in lines if line)[:300]
        has_voted = None if voted is None else voted in YES
        return Elector(number, given, family, address, postcode, attains, has_voted, ABSENT[absent])

    def _number(self, fields: Sequence[str]) -> str:
        prefix, number, suffix = (self._cell(fields, w) for w in ("prefix", "number", "suffix"))
        if not number:
            return ""
        whole = f"{prefix}-{number}" if prefix else number
        return (f"{whole}/{suffix}" if suffix and suffix != "0" else whole)[:40]

    def _names(self, fields: Sequence[str]) -> tuple[str, str]:
        given, family = self._cell(fields, "given"), self._cell(fields, "family")
        if not (given or family) and (name := self._cell(fields, "name")):
            last, comma, first = name.partition(",")
            if comma:
                return first.strip()[:100], last.strip()[:100]
            given, _, family = name.rpartition(" ")
        return given.strip()[:100], family.strip()[:100]

    def _cell(self, fields: Sequence[str], what: str) -> str:
        where = self.at[what]
        return "" if where < 0 else fields[where].strip()


def _day(typed: str) -> date | None:
    """The day written, if one is. Raises `ValueError`."""
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y") if typed else ():
        with suppress(ValueError):
            return datetime.strptime(typed, form).date()  # noqa: DTZ007 (a day has no zone)
    if typed:
        raise ValueError(typed)
    return None
