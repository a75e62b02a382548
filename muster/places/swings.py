"""What a swing would make of a seat: its lead by uniform and by proportional swing.

Shares, swings and leads are in percentage points of the valid votes. No database, as in `rules`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Shares:
    """A party's share of the valid votes and its rival's, in one seat or nationally."""

    own: float
    rival: float


@dataclass(frozen=True)
class Leads:
    """A lead at some swing, reckoned both ways; negative: behind."""

    uniform: float
    proportional: float


def leads_at(swing: float, here: Shares, nationally: Shares) -> Leads:
    """The lead in a seat once a swing has come from the rival to the party.

    Uniform: the party gains `swing` in every seat and its rival there loses as much.
    Proportional: the party's share here is multiplied by (s + swing) / s and the rival's by
    (s - swing) / s, each with its own national share s. No share falls below 0 or rises above 100.
    Where s is 0 there is nothing to be in proportion to, and that share moves uniformly. A seat
    the party did not stand in has no `Shares`, and so no lead.
    """
    own = _in_proportion(here.own, nationally.own, swing)
    rival = _in_proportion(here.rival, nationally.rival, -swing)
    return Leads(
        uniform=_possible(here.own + swing) - _possible(here.rival - swing),
        proportional=_possible(own) - _possible(rival),
    )


def _in_proportion(share: float, nationally: float, change: float) -> float:
    return share * (1 + change / nationally) if nationally else share + change


def _possible(share: float) -> float:
    return min(max(share, 0.0), 100.0)


def national_shares(contests: Iterable[tuple[Sequence[tuple[str, int]], int]]) -> dict[str, float]:
    """Each party's share, from the (party, votes) and the valid votes of every contest.

    Of the contests it stood in, not of the whole country: a party that stands in one nation is
    as strong as it is there, or any swing would wipe it out.
    """
    votes, valid = Counter[str](), Counter[str]()
    for counted, of_all in contests:
        for party, n in counted:
            votes[party] += n
        for party in {party for party, _ in counted}:
            valid[party] += of_all
    return {party: 100 * n / valid[party] if valid[party] else 0.0 for party, n in votes.items()}
