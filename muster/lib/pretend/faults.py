"""Failing as told, and limiting rates: what makes a made-up network worth testing against."""

import time
from dataclasses import dataclass

from muster.lib.pretend.store import Row, Store

PLACES = ("posts", "media", "ads", "switch")
WHATS = ("429", "500", "after", "late", "hang", "refuse")


class BadFault(Exception):
    """No such fault can be asked for."""


def ask_for(store: Store, said: Row) -> None:
    """Take an order: {"where", "what", "next": how many | "share": 0–1, "seconds": how long}.

    429, 500: answered so, nothing done; 429 asks to wait `seconds` (1). after: done, never
    answered. late: done only after `seconds`, never answered in time. hang: neither done nor
    answered. refuse: a post or a switch is refused; an ad is taken, and its review refuses it.
    """
    where, what = said.get("where"), str(said.get("what"))
    if where not in PLACES or what not in WHATS:
        raise BadFault(f"where is one of {PLACES}, what one of {WHATS}")
    share = float(said.get("share", 0))
    store.add(
        "fault",
        place=where,
        what=what,
        remaining=None if share else int(said.get("next", 1)),
        share=share,
        seconds=float(said.get("seconds", 1 if what == "429" else 30)),
    )


def due(store: Store, where: str) -> Row | None:
    """The fault that the next call at this place suffers, if one is ordered."""
    for fault in store.ask("SELECT * FROM fault WHERE place = ? ORDER BY id", where):
        if fault["remaining"] is None:
            fault["seen"] = _count(fault["id"])
            if int(fault["seen"] * fault["share"]) > int((fault["seen"] - 1) * fault["share"]):
                return fault
            continue
        if fault["remaining"] > 1:
            store.ask("UPDATE fault SET remaining = remaining - 1 WHERE id = ?", fault["id"])
        else:
            store.ask("DELETE FROM fault WHERE id = ?", fault["id"])
        return fault
    return None


_seen: dict[int, int] = {}


def _count(fault: int) -> int:
    _seen[fault] = _seen.get(fault, 0) + 1
    return _seen[fault]


@dataclass
class Rates:
    """So many calls a second for each account, a second's worth at once at most."""

    per_second: float
    _left: dict[str, tuple[float, float]]

    def wait_for(self, account: str) -> int:
        """Take one call; or the whole seconds until there is one again."""
        at = time.monotonic()
        left, since = self._left.get(account, (self.per_second, at))
        left = min(self.per_second, left + (at - since) * self.per_second)
        if left < 1:
            self._left[account] = (left, at)
            return 1
        self._left[account] = (left - 1, at)
        return 0
