"""The columns beyond the template's: names in one piece, tags, fields of one's own, statuses."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from muster.people.imports import dates, splitting, statuses
from muster.people.imports.mapping import STOPS, Choice, Options
from muster.people.imports.values import NO, YES, NotAValue, Spec, Value
from muster.people.models import Channel

STATUS_OF = {"email_status": "email", "sms_status": "sms"}
LONGEST_TAG = 100
MOST_TAGS = 100
DEAD = "The file says that this person has died."


@dataclass
class More:
    """What one row says in such columns."""

    full_name: str = ""
    middle: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    stops: list[str] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    """Answers by channel that a status stands for."""
    email_state: str = "good"

    @property
    def address(self) -> str:
        return ", ".join(self.addresses)

    def names(self, given: str, family: str) -> tuple[str, str]:
        if self.full_name and not (given or family):
            given, family = splitting.split(self.full_name)
        return " ".join((given, *self.middle)).strip(), family

    def rest(self) -> dict[str, Any]:
        return {
            "tags": tuple({t.casefold(): t for t in self.tags}.values()),
            "values": tuple(self.values),
            "stops": tuple(dict.fromkeys(self.stops)),
            "email_state": self.email_state,
        }


def _pieces(text: str) -> list[str]:
    """Tags with commas between; Mailchimp puts each in quotation marks of its own.

    >>> _pieces('"vip","stall, 2026"'), _pieces("vip,stall")
    (['vip', 'stall, 2026'], ['vip', 'stall'])
    """
    if '"' not in text:
        return text.split(",")
    return next(csv.reader([text], skipinitialspace=True), [])


class Varied:
    """Reads those columns of one file's rows."""

    def __init__(
        self, choices: Sequence[Choice], specs: Mapping[str, Spec], options: Options
    ) -> None:
        self.options = options
        self.at: dict[str, list[int]] = {}
        for i, choice in enumerate(choices):
            self.at.setdefault(choice.target, []).append(i)
        self.of_fields = [
            (i, specs[c.target], c.order or "dmy")
            for i, c in enumerate(choices)
            if c.target in specs
        ]
        self.stops = [(i, t.partition("_")[0]) for t in STOPS for i in self.at.get(t, [])]
        self.statuses = [(i, t) for t in STATUS_OF for i in self.at.get(t, [])]
        # The template's own reading takes the first phone and address; more of them are ours.
        self.more_phones = self.at.get("phone", [])[1:]
        self.addresses = self.at.get("address", []) if len(self.at.get("address", [])) > 1 else []
        self.is_any = bool(
            self.of_fields or self.stops or self.statuses or self.more_phones or self.addresses
        ) or bool(options.status or {"full_name", "middle_name", "tags", "deceased"} & set(self.at))

    def read(self, fields: Sequence[str], problems: list[str]) -> More:
        more = More()
        more.full_name = " ".join(self._cells("full_name", fields))
        more.middle = self._cells("middle_name", fields)
        more.phones = [fields[i].strip() for i in self.more_phones]
        more.addresses = [text for i in self.addresses if (text := fields[i].strip())]
        for text in self._cells("tags", fields):
            more.tags += [tag for piece in _pieces(text) if (tag := piece.strip())]
        if any(len(tag) > LONGEST_TAG for tag in more.tags) or len(more.tags) > MOST_TAGS:
            problems.append(
                f"A tag is longer than {LONGEST_TAG} characters, or there are too many."
            )
        if any(text.casefold() in YES for text in self._cells("deceased", fields)):
            problems.append(DEAD)
        self._read_values(fields, more, problems)
        self._read_stops(fields, more, problems)
        return more

    def _cells(self, target: str, fields: Sequence[str]) -> list[str]:
        return [text for i in self.at.get(target, ()) if (text := fields[i].strip())]

    def _read_values(self, fields: Sequence[str], more: More, problems: list[str]) -> None:
        for i, spec, order in self.of_fields:
            if typed := fields[i].strip():
                try:
                    more.values.append(spec.read(typed, order))
                except NotAValue as problem:
                    problems.append(str(problem))

    def _read_stops(self, fields: Sequence[str], more: More, problems: list[str]) -> None:
        """Opt-outs are honoured however the file writes them; a word nobody knows is refused."""
        for i, channel in self.stops:
            typed = fields[i].strip().casefold()
            if typed in YES or (typed and dates.read(typed, "dmy")):  # or when they did
                more.stops.append(channel)
            elif typed and typed not in NO:
                problems.append(f"“{typed[:30]}” under {channel}_stop: write yes or no.")
        said = [(t, fields[i].strip()) for i, t in self.statuses]
        if self.options.status:
            said.append(("email_status", self.options.status))
        for target, typed in said:
            channel, means = STATUS_OF[target], statuses.read(typed)
            if means is None:
                problems.append(f"{target} is “{typed[:30]}”: not a status known here.")
            elif means == "stop":
                more.stops.append(channel)
            elif means == "yes":
                more.said[channel] = "yes"
            elif means and channel == Channel.EMAIL:
                more.email_state = means
        for channel in more.stops:
            more.said[channel] = "no"
