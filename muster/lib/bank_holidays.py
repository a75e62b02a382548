"""Bank holidays of the four nations of the United Kingdom; the days come with the library."""

from collections.abc import Mapping
from datetime import date
from functools import cache

NATIONS = {"ENG": "England", "WLS": "Wales", "SCT": "Scotland", "NIR": "Northern Ireland"}


def name_of(day: date, nation: str) -> str:
    """What the day is called where it is a bank holiday; else nothing.

    >>> name_of(date(2026, 8, 3), "SCT"), name_of(date(2026, 8, 3), "ENG")
    ('Summer Bank Holiday', '')
    """
    return _of(nation).get(day, "").replace(" (observed)", "")


@cache
def _of(nation: str) -> Mapping[date, str]:
    import holidays  # a fifth of a second: only where a clock is asked for

    return holidays.country_holidays("GB", subdiv=nation)
