"""A service that took letters in and never said what became of them is left alone for a while.

Each such letter is uncertain, and a person has to look at it: an hour of a service's trouble must
not make a million of them.
"""

import time

ENOUGH = 3  # in a row
REST = 60.0  # seconds

_in_a_row: dict[int, int] = {}
_until: dict[int, float] = {}


def note(account_id: int, *, is_unanswered: bool) -> bool:
    """Count it, for all lines of this process. True: that is enough, the account rests."""
    count = _in_a_row.get(account_id, 0) + 1 if is_unanswered else 0
    _in_a_row[account_id] = count
    if count >= ENOUGH:
        # After its rest one letter tells whether it is better.
        _in_a_row[account_id] = ENOUGH - 1
        _until[account_id] = time.monotonic() + REST
    return count >= ENOUGH


def rests(account_id: int) -> bool:
    return time.monotonic() < _until.get(account_id, 0.0)
