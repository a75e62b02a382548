"""Which seats are worth the work: lead, swing, chance and gain, from plain numbers.

Swing is in percentage points of the valid votes: half of what the lead changes by. The swing a
seat will see is taken as normal around the expected swing, with a national and a local spread.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import erf, hypot, sqrt
from typing import Literal

from muster.places.swings import Leads, Shares

HOURS = 100
RankBy = Literal["gain", "swing", "chance"]


@dataclass(frozen=True)
class Inputs:
    """What a reckoning rests on, and which seats it keeps. Every value is shown with its list.

    `swing`: points expected towards the party since that election. `national`, `local`: standard
    deviations of that expectation, of the whole country and of one seat around it, in points.
    `votes_per_hour`: votes one volunteer hour is taken to win; Muster promises none.
    Thresholds of None keep everything; `with_held` keeps the seats the party already holds.
    """

    swing: float = 0.0
    national: float = 1.5
    local: float = 3.0
    votes_per_hour: float = 0.2
    how_many: int | None = None
    rank_by: RankBy = "gain"
    swing_up_to: float | None = None
    chance_from: float | None = None
    chance_to: float | None = None
    gain_from: float | None = None
    with_held: bool = False

    @property
    def spread(self) -> float:
        return hypot(self.national, self.local)


@dataclass(frozen=True)
class Standing:
    """A party in one seat: its best candidate's votes, the best other's, and all valid votes.

    `rival`: the best other's party; "" where nobody else stood.
    """

    own: int
    other: int
    valid: int
    rival: str = ""

    @property
    def lead(self) -> int:
        """Votes ahead of the best other; negative: behind."""
        return self.own - self.other

    @property
    def shares(self) -> Shares:
        """Both in points of the valid votes. Uncontested without a count: all, and none."""
        if not self.valid:
            return Shares(100.0, 0.0)
        return Shares(100 * self.own / self.valid, 100 * self.other / self.valid)


@dataclass(frozen=True)
class Worth:
    """What a seat is worth: swing in points, chance 0 to 1, gain in chance per 100 hours."""

    swing_needed: float
    chance: float
    gain: float


def standing(votes: Iterable[tuple[str, int]], party: str, valid: int) -> Standing | None:
    """Where a party stands among (party, votes) of every candidate; None if it did not stand.

    Two candidates under one name (independents) are two: the better one counts, the other is a
    rival like any other.
    """
    ordered = sorted(votes, key=lambda v: (-v[1], v[0]))
    own = next((i for i, (code, _) in enumerate(ordered) if code == party), None)
    if own is None:
        return None
    rivals = [vote for i, vote in enumerate(ordered) if i != own]
    rival, other = rivals[0] if rivals else ("", 0)
    return Standing(ordered[own][1], other, valid, rival)


def swing_needed(at: Standing) -> float:
    """Points of swing that draw level; negative: what can be lost before the seat is. Uncontested
    without a count: 50, all there is."""
    if not at.valid:
        return -50.0
    return -50 * at.lead / at.valid


def chance_of_winning(needed: float, inputs: Inputs, extra: float = 0.0) -> float:
    """Φ((expected + extra - needed) / spread): how likely the swing is enough."""
    beyond = inputs.swing + extra - needed
    if not inputs.spread:
        return 0.5 if beyond == 0 else float(beyond > 0)
    return (1 + erf(beyond / inputs.spread / sqrt(2))) / 2


def worth(at: Standing, inputs: Inputs) -> Worth:
    """What a seat is worth to a party, on these inputs."""
    needed = swing_needed(at)
    chance = chance_of_winning(needed, inputs)
    # One more vote moves the lead by a vote, so the swing by half its share.
    extra = HOURS * inputs.votes_per_hour * 50 / at.valid if at.valid else 0.0
    return Worth(needed, chance, chance_of_winning(needed, inputs, extra) - chance)


@dataclass(frozen=True)
class Reckoned:
    """One seat with its standing and worth, ready to be ranked.

    `expected`: its lead at the expected swing; None where that was not reckoned.
    """

    seat_id: int
    code: str
    name: str
    standing: Standing
    worth: Worth
    rank: int = 0
    expected: Leads | None = None

    @property
    def lead(self) -> int:
        return self.standing.lead


def choose(seats: Sequence[Reckoned], inputs: Inputs) -> list[Reckoned]:
    """Keep what passes every threshold, rank it, and cut it at the number wanted."""
    kept = sorted((s for s in seats if _passes(s, inputs)), key=lambda s: _order(s, inputs))
    return [replace(s, rank=n) for n, s in enumerate(kept[: inputs.how_many], 1)]


def _passes(seat: Reckoned, inputs: Inputs) -> bool:
    worth = seat.worth
    return (
        (inputs.with_held or seat.lead <= 0)
        and (inputs.swing_up_to is None or worth.swing_needed <= inputs.swing_up_to)
        and (inputs.chance_from is None or worth.chance >= inputs.chance_from)
        and (inputs.chance_to is None or worth.chance <= inputs.chance_to)
        and (inputs.gain_from is None or worth.gain >= inputs.gain_from)
    )


def _order(seat: Reckoned, inputs: Inputs) -> tuple[float, float, str]:
    """Best first; equals by the smaller swing, then by name, so that a list never wavers."""
    worth = seat.worth
    first = {"gain": -worth.gain, "chance": -worth.chance, "swing": worth.swing_needed}
    return first[inputs.rank_by], worth.swing_needed, seat.name


def problems_with(inputs: Inputs) -> list[str]:
    """Every reason these inputs can't be reckoned with."""
    problems = []
    if abs(inputs.swing) > 50:
        problems.append("The expected swing is between -50 and 50 points.")
    if not (0 <= inputs.national <= 50 and 0 <= inputs.local <= 50):
        problems.append("Each spread is between 0 and 50 points.")
    if not 0 <= inputs.votes_per_hour <= 100:
        problems.append("Votes per hour is between 0 and 100.")
    if inputs.how_many is not None and inputs.how_many < 1:
        problems.append("Choose at least one seat.")
    chances = [c for c in (inputs.chance_from, inputs.chance_to) if c is not None]
    if any(not 0 <= c <= 1 for c in chances):
        problems.append("A chance is between 0% and 100%.")
    elif len(chances) == 2 and chances[0] > chances[1]:
        problems.append("The lower chance is above the higher one.")
    return problems


def in_a_sentence(seats: Sequence[Reckoned], inputs: Inputs, party: str) -> str:
    """The list in one sentence: how many, from which to which, and how many of them are won."""
    if not seats:
        return f"No seat fits: {party} has none within these limits."
    won = sum(s.worth.chance for s in seats)
    expected = f"at the expected swing of {inputs.swing:.1f} points {party} wins"
    if len(seats) == 1:
        only = seats[0]
        chance = chance_in_words(only.worth.chance)
        return f"1 seat, {_named(only)}; {expected} it with a chance of {chance}."
    near, *_, far = sorted(seats, key=lambda s: (s.worth.swing_needed, s.name))
    return (
        f"{len(seats):,} seats, from {_named(near)} to {_named(far)};"
        f" {expected} {won:,.0f} of them on average{_leading(seats, inputs)}."
    )


def _leading(seats: Sequence[Reckoned], inputs: Inputs) -> str:
    """In how many it leads, both ways; nothing where no swing is expected: they count alike."""
    known = [s.expected for s in seats if s.expected]
    if not (known and inputs.swing):
        return ""
    uniform = sum(leads.uniform > 0 for leads in known)
    proportional = sum(leads.proportional > 0 for leads in known)
    return f" and leads in {uniform:,} by uniform swing, {proportional:,} by proportional"


def _named(seat: Reckoned) -> str:
    return f"{seat.name} ({points(seat.worth.swing_needed)} points)"


def chance_in_words(chance: float) -> str:
    """A per cent that never claims certainty: "62%", "over 99%", "under 1%"."""
    if chance > 0.995:
        return "over 99%"
    return "under 1%" if chance < 0.005 else f"{chance:.0%}"


def lead_in_words(lead: int, needed: float) -> str:
    """ "Lead of 5,611; a swing of 5.4 points wins it", for whoever is behind by it."""
    if lead > 0:
        return f"Held by {lead:,} votes; a swing of {points(-needed)} points loses it"
    if lead == 0:
        return "A tie: a single vote wins it"
    return f"Lead of {-lead:,}; a swing of {points(needed)} points wins it"


def points(swing: float) -> str:
    """One decimal; two where one would say nothing: "5.4", "0.02"."""
    return f"{swing:.2f}" if 0 < abs(swing) < 0.05 else f"{swing:.1f}"
