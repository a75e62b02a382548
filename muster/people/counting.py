"""Counts of people, remembered for a minute and forgotten as soon as staff change them."""

from collections.abc import Callable
from time import perf_counter
from uuid import uuid4

from django.core.cache import cache

REMEMBERED = 60  # seconds for which a count is good enough

Counts = dict[str, int]


def remembered(
    organisation_id: int, which: str, count: Callable[[], Counts], *, worth: float = 0
) -> Counts:
    """The counts of before, if nothing was forgotten since; else they are counted now.

    What takes less than `worth` seconds is not remembered.
    """
    key = f"people.{organisation_id}.{cache.get(_mark(organisation_id), '')}.{which}"
    known: Counts | None = cache.get(key)
    if known is None:
        began = perf_counter()
        known = count()
        if perf_counter() - began >= worth:
            cache.set(key, known, REMEMBERED)
    return known


def forget(organisation_id: int) -> None:
    """Count anew from now on. The mark outlives every count made under the one before it."""
    cache.set(_mark(organisation_id), uuid4().hex[:8], 2 * REMEMBERED)


def _mark(organisation_id: int) -> str:
    return f"people.{organisation_id}.changed"
