"""What the law is asked about: who acts, for whom, with what, towards whom; and its answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    ALLOW = "allow"
    WARN = "warn"
    HOLD = "hold"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Demand:
    """One rule of a country's law: what it demands, from when until when, by what source."""

    rule: str
    value: str
    since: date
    source: str
    evidence: str
    until: date | None = None

    def is_in_force(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class RulePack:
    """A country's law on one day, by rule id."""

    country: str
    demands: Mapping[str, Demand]


@dataclass(frozen=True, slots=True)
class Promoter:
    """The two slots of an imprint (IMP-2)."""

    name: str
    address: str
    on_behalf_of: str = ""
    on_behalf_address: str = ""


@dataclass(frozen=True, slots=True)
class Campaigner:
    """The legal person in whose name it is sent. `kind` as in `organisations.Campaigner`."""

    id: int
    kind: str
    name: str
    organisation: str
    promoter: Promoter


@dataclass(frozen=True, slots=True)
class Actor:
    """Who it says it is from: the address must be one the organisation registered."""

    from_name: str
    from_address: str
    is_registered: bool


@dataclass(frozen=True, slots=True)
class Action:
    """What goes out: its channel, its purpose (`marketing` or `service`) and what it holds.

    Channels are `email`; and, for everyone to see, `post`, `card`, `ad` (paid) and `page`. `parts`
    are the readable words of each of its parts (plain text, HTML), as text; `pictured` the words
    burned into each of its pictures, and `alt` what those show. `imprint_elsewhere` is the stored
    reason why a short post has its imprint one click away instead of in the material.
    """

    channel: str
    purpose: str
    parts: tuple[str, ...]
    asks: bool
    has_unsubscribe: bool = False
    has_one_click: bool = False
    pictured: tuple[str, ...] = ()
    alt: str = ""
    imprint_elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """The latest thing this person said about this channel and purpose."""

    id: int
    is_given: bool
    campaigner_id: int | None
    covers_candidates: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """One recipient. `suppressed` is the reason on the suppression list, or nothing."""

    consent: Consent | None
    suppressed: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, by which rule, in words for the person who reads it."""

    kind: Kind
    rule: str = ""
    message: str = ""

    @property
    def may_go(self) -> bool:
        return self.kind in (Kind.ALLOW, Kind.WARN)
