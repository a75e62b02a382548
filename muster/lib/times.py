"""The clock, for doors and jobs; rules are told the time."""

from datetime import UTC, date, datetime


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def first_of_month(at: datetime) -> date:
    return at.date().replace(day=1)
