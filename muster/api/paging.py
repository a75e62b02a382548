"""Paging by a cursor: where the last page ended, not how many came before it.

So what is added or taken away meanwhile makes nobody be passed over or shown twice.
"""

import base64
import json
from datetime import UTC, datetime
from typing import Annotated, Any

from ninja import Query
from pydantic import AfterValidator

from muster.api.problems import Problem

MOST = 500
USUAL = 100
BAD = "This cursor is none of ours. Take the one that the last answer gave as “next”."


def _clean(text: str) -> str:
    if "\x00" in text:
        raise ValueError("It holds a NUL character.")
    return text


Text = Annotated[str, AfterValidator(_clean)]
"""Any text the database can hold."""
Limit = Annotated[int, Query(ge=1, le=MOST, description=f"How many at most; {USUAL} if not said")]
Cursor = Annotated[str, Query(max_length=400, description="“next” of the last answer")]


def written(kind: str, *where: Any) -> str:
    """A cursor for the next page of one kind of list."""
    said = [kind, *(w.isoformat() if isinstance(w, datetime) else w for w in where)]
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


def read_number(kind: str, cursor: str) -> int:
    """The id the last page ended with; 0: from the beginning. Raises `Problem`."""
    if not cursor:
        return 0
    (number,) = _read(kind, cursor, 1)
    return _whole(number)


def read_moment(kind: str, cursor: str) -> tuple[datetime, int] | None:
    """The instant and the id the last page ended with. Raises `Problem`."""
    if not cursor:
        return None
    at, number = _read(kind, cursor, 2)
    try:
        moment = datetime.fromisoformat(at)
    except (TypeError, ValueError):
        raise Problem(422, BAD) from None
    if moment.tzinfo is None:
        raise Problem(422, BAD)
    return moment, _whole(number)


def fits(number: int) -> int:
    """A number as a row can have; 0, which none has, for one that is too large."""
    return number if number < 2**63 else 0


def with_zone(at: datetime) -> datetime:
    """An instant with its zone; without one it is UTC. Raises `Problem` for one beyond telling."""
    if not 1900 <= at.year <= 2200:
        raise Problem(422, "Write an instant between 1900 and 2200.")
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _read(kind: str, cursor: str, length: int) -> list[Any]:
    try:
        said = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        raise Problem(422, BAD) from None
    if not isinstance(said, list) or len(said) != length + 1 or said[0] != kind:
        raise Problem(422, BAD)
    return said[1:]


def _whole(number: Any) -> int:
    if type(number) is not int or not 0 <= number < 2**63:
        raise Problem(422, BAD)
    return number
