"""Whose rows a connection sees: one organisation, and there everywhere or in some seats.

The database keeps to it by itself (docs/decisions/row-security.md): a query that forgets its
filter finds nothing of anybody else's, and outside any scope nothing at all. Doors set a scope for
each request, jobs for each run: `with acting_for(organisation_id): …`.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Model
from psycopg.pq import TransactionStatus

from muster.organisations.roles import ALL, IN_SEATS

# In some seats only, the role changes to one with rules of its own: what reaches everywhere is then
# planned without a word of seats. A login that has taken on no role of ours stays what it is.
SET = f"""
SELECT set_config('muster.organisation', %s, false), set_config('muster.seats', %s, false),
       set_config('role', CASE WHEN current_setting('role') ~ '^({"|".join(ALL)})$'
           THEN regexp_replace(current_setting('role'), '{IN_SEATS}$', '') || %s
           ELSE current_setting('role') END, false)
"""
EVERYWHERE = "*"
PARTS = 500  # of a stream, read at a time


@dataclass(frozen=True, slots=True)
class Scope:
    """`seats` None: everywhere in the organisation, people with no seat included."""

    organisation_id: int | None = None
    seats: frozenset[int] | None = frozenset()

    def settings(self) -> tuple[str, str, str]:
        """What the database is told: an id or nothing; "*" or an array; how the role's name ends.

        >>> Scope(7, None).settings(), Scope(7, frozenset({3})).settings(), Scope().settings()
        (('7', '*', ''), ('7', '{3}', '_seats'), ('', '{}', ''))
        """
        organisation = "" if self.organisation_id is None else str(self.organisation_id)
        if self.seats is None:
            return organisation, EVERYWHERE, ""
        seats = "{" + ",".join(map(str, sorted(self.seats))) + "}"
        return organisation, seats, IN_SEATS if organisation else ""


NOTHING = Scope()
NOBODYS = 0
"""No organisation has this id."""
_scope: ContextVar[Scope] = ContextVar("scope", default=NOTHING)


@contextmanager
def acting_for(organisation_id: int, seats: frozenset[int] | None = None) -> Iterator[None]:
    """See this organisation's rows and nobody else's; only in these seats, unless None."""
    with _within(Scope(organisation_id, seats)):
        yield


@contextmanager
def acting_for_owner(model: type[Model], pk: int) -> Iterator[None]:
    """The same for the organisation whose row this is: `acting_for_owner(Import, import_id)`.

    Where the row is gone by now, nothing is seen: what was to be done for it is done.
    """
    ids = model._default_manager.values_list("organisation_id", flat=True)
    with acting_for(ids.filter(pk=pk).first() or NOBODYS):
        yield


@contextmanager
def writing_for(organisation_id: int) -> Iterator[None]:
    """Write what names its organisation by itself, whoever is acting: somebody who accepts an
    invitation is nobody's member yet."""
    if _scope.get().organisation_id == organisation_id:
        yield
        return
    with acting_for(organisation_id):
        yield


@contextmanager
def whole_organisation() -> Iterator[None]:
    """See all of the organisation one acts for already, for as long as an act needs it.

    For what reaches past a member's own seats by its nature, and was allowed as such: counting a
    whole audience, whether an address is known anywhere, moving someone to another seat.
    """
    with _within(Scope(_scope.get().organisation_id, None)):
        yield


def streamed(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, written in the scope of now: a file's lines are read from the database only
    after the page that answers with it has ended, and its scope with it."""
    return _streamed(iter(parts), _scope.get())


def _streamed(parts: Iterator[bytes], scope: Scope) -> Iterator[bytes]:
    while True:
        with _within(scope):
            some = list(islice(parts, PARTS))
        if not some:
            return
        yield b"".join(some)


def tell(line: Any) -> None:
    """Tell a new connection of Django's the scope of whoever asked for it."""
    if _scope.get() != NOTHING:
        line.execute(SET, _scope.get().settings())


@contextmanager
def _within(scope: Scope) -> Iterator[None]:
    token = _scope.set(scope)
    try:
        _apply()
        yield
    finally:
        _scope.reset(token)
        _apply()


def _apply() -> None:
    """Tell the open connection; one not opened yet, or opened again later, is told as it opens.

    In a transaction that failed nothing can be told: rolling back takes back what was set in it.
    """
    line = connection.connection
    if line is None or line.closed:
        return
    if line.info.transaction_status in (TransactionStatus.INERROR, TransactionStatus.UNKNOWN):
        return
    line.execute(SET, _scope.get().settings(), prepare=True)
