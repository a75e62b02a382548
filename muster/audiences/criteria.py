"""What audiences may ask of people. Each room registers what it knows, as its app gets ready.

    @criteria.register
    class Signed(Criterion): ...

A criterion reads what a form or a saved audience says into plain data, says it in words, finds out
what only the database knows (`resolve`), and builds an Ibis expression from that alone (`build`),
so that the SQL made of it can be kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from muster.audiences.rules import Unclear
from muster.organisations.models import Organisation

if TYPE_CHECKING:
    import ibis.expr.types as ir

Said = Mapping[str, Any]
Leaf = dict[str, Any]
Option = tuple[str, str]


@dataclass(frozen=True)
class Field:
    """One thing a form asks. `kind`: choice, choices, number, date or text.

    `only`: another field and the values of it for which this one matters.
    """

    name: str
    label: str
    kind: str = "choice"
    options: Sequence[Option] = ()
    value: Any = ""
    help: str = ""
    only: tuple[str, Sequence[str]] | None = None
    groups: Mapping[str, Sequence[Option]] = field(default_factory=dict)


@dataclass(frozen=True)
class Setting:
    """For whom and when an audience is worked out; `within` are the audiences around this one."""

    organisation: Organisation
    at: datetime
    within: tuple[int, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.organisation.time_zone)

    @property
    def today(self) -> date:
        return self.at.astimezone(self.zone).date()


@dataclass(frozen=True)
class Ids:
    """People by their ids: a table with one column, `person_id`, without gaps.

    `is_without`: everybody but them.
    """

    of: "ir.Table"
    is_without: bool = False


class Criterion:
    """One kind of question."""

    key: ClassVar[str]
    name: ClassVar[str]
    group: ClassVar[str] = "Who they are"

    def is_offered(self, organisation: Organisation) -> bool:
        """Is there anything to choose from?"""
        return True

    def fields(self, organisation: Organisation, said: Said) -> list[Field]:
        """What its form asks, filled in with what was said."""
        return []

    def read(self, said: Said, organisation: Organisation) -> Leaf:
        """The condition as plain data, from a form or from a saved audience. Raises `Unclear`."""
        return {}

    def words(self, leaf: Leaf, organisation: Organisation, *, is_not: bool) -> str:
        """As it stands in the sentence: “tagged ‘Driver’”, “who did not …”."""
        raise NotImplementedError

    def resolve(self, leaf: Leaf, setting: Setting) -> Leaf:
        """The same in ids and instants: all that building needs, as plain data."""
        return leaf

    def build(self, leaf: Leaf) -> "ir.BooleanValue | Ids":
        """A condition on the summary's columns, or ids."""
        raise NotImplementedError

    def special(self, leaf: Leaf, organisation: Organisation) -> str:
        """The name of the special-category field it asks of, if it does (DP-9)."""
        return ""


_known: dict[str, Criterion] = {}


def register(kind: type[Criterion]) -> type[Criterion]:
    """Let audiences ask this. Registering twice is registering once."""
    _known[kind.key] = kind()
    return kind


def known() -> dict[str, Criterion]:
    """Every criterion, by its key, in the order they were registered."""
    return dict(_known)


def of(leaf: Leaf) -> Criterion:
    """The criterion of a condition. Raises `Unclear`."""
    try:
        return _known[leaf["is"]]
    except KeyError:
        raise Unclear(f"Nothing here knows how to ask “{leaf.get('is', '')}”.") from None
