"""Dates as files write them, and which order a column of them is in."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, tzinfo

ORDERS = {
    "dmy": "day, month, year (04/05/2026 is 4 May)",
    "mdy": "month, day, year (04/05/2026 is April 5)",
    "ymd": "year, month, day (2026-05-04)",
}
_PARTS = re.compile(
    r"(\d{1,4})[./ -](\d{1,2}|[A-Za-z]{3,9})[./ ,-]+(\d{2,4})"
    r"(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([AaPp]\.?[Mm]\.?)?)?"
)
_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ],
        1,
    )
    for name in names.split()
}


def order_of(values: Iterable[str]) -> str:
    """The one order all these dates can be read in: "dmy", "mdy" or "ymd".

    "?" where either would do, "" where none does or there are none. What is no date in any order
    says nothing of it: its row is refused for itself.

    >>> order_of(["04/05/2026", "25/05/2026"]), order_of(["04/05/2026"]), order_of(["2026-05-04"])
    ('dmy', '?', 'ymd')
    >>> order_of(["25/05/2026", "99/99/2026"]), order_of(["25/05/2026", "05/25/2026"])
    ('dmy', '')
    """
    possible = set(ORDERS)
    seen = False
    for value in values:
        reads = {order for order in ORDERS if read(value, order) is not None} if value else set()
        if not reads:
            continue
        seen = True
        possible &= reads
        if not possible:
            return ""
    if not seen:
        return ""
    if len(possible) == 3:  # 2026-05-04 reads alike in every order
        return "ymd"
    return possible.pop() if len(possible) == 1 else "?"


def read(typed: str, order: str, zone: tzinfo = UTC) -> datetime | None:
    """The instant; midnight in `zone` where no hour is written. None: no date in that order."""
    at = _iso(typed) or _written(typed, order)
    if at is None:
        return None
    try:
        at = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        return None
    return at if at.year >= 1899 else None


def read_day(typed: str, order: str) -> date | None:
    """The day alone, as written."""
    at = _iso(typed) or _written(typed, order)
    return at.date() if at and at.year >= 1850 else None


def _iso(typed: str) -> datetime | None:
    try:
        return datetime.fromisoformat(typed)
    except ValueError:
        return None


def _written(typed: str, order: str) -> datetime | None:
    if found := _MONTH_FIRST.fullmatch(typed):
        month = _MONTHS.get(found[1].lower())
        return _made(int(found[3]), month, int(found[2])) if month else None
    found = _PARTS.fullmatch(typed)
    if not found:
        return None
    one, two, three = found[1], found[2], found[3]
    if len(one) == 4:
        year, middle, last = one, two, three
    elif not two.isdigit():
        last, middle, year = one, two, three
    elif order == "mdy":
        middle, last, year = one, two, three
    elif order == "dmy":
        last, middle, year = one, two, three
    else:
        return None
    month = int(middle) if middle.isdigit() else _MONTHS.get(middle.lower())
    hour, minute, second = (int(found[n] or 0) for n in (4, 5, 6))
    if found[7]:
        hour = hour % 12 + (12 if found[7][0] in "pP" else 0)
    return _made(_full(year), month, int(last), hour, minute, second)


def _full(year: str) -> int:
    """Two digits are this century's until 2068, as in Python and most spreadsheets."""
    number = int(year)
    return number + (2000 if number < 69 else 1900) if len(year) == 2 else number


def _made(
    year: int, month: int | None, day: int, hour: int = 0, minute: int = 0, second: int = 0
) -> datetime | None:
    try:
        return datetime(year, month or 0, day, hour, minute, second)  # noqa: DTZ001 (its zone is put on above)
    except ValueError:
        return None
