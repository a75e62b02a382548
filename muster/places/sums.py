"""Does a seat's result add up? Decided on plain values."""

from collections.abc import Sequence
from dataclasses import dataclass

# A printed turnout is rounded to one decimal, or to two.
TURNOUT_ROUNDING = 0.0505


@dataclass(frozen=True)
class Totals:
    """What a file says of one seat besides the votes; None where it doesn't say."""

    valid_votes: int | None = None
    invalid_votes: int | None = None
    electorate: int | None = None
    turnout_pct: float | None = None
    majority: int | None = None


def contradictions(votes: Sequence[int], said: Totals, lumped: int = 0) -> list[str]:
    """Every way the votes and the totals of one seat contradict each other, in plain words.

    `lumped` is how many of the votes a file puts together as "other": with them, who came second
    can't always be told, and the majority is then left unchecked.
    """
    total = sum(votes) + lumped
    problems = []
    if said.valid_votes is not None and total != said.valid_votes:
        problems.append(f"The votes add to {total:,}, but valid_votes says {said.valid_votes:,}.")
    first, second = (*sorted(votes, reverse=True), 0, 0)[:2]
    if said.majority is not None and lumped <= second and first - second != said.majority:
        problems.append(
            f"First less second is {first - second:,}, but majority says {said.majority:,}."
        )
    return problems + _against_the_register(total, said)


def _against_the_register(total: int, said: Totals) -> list[str]:
    if said.electorate is None:
        return []
    cast = total + (said.invalid_votes or 0)
    if cast > said.electorate:
        return [f"{cast:,} people voted, but electorate says {said.electorate:,}."]
    if said.turnout_pct is None or not said.electorate:
        return []
    turnouts = [100 * n / said.electorate for n in (total, cast)]
    if any(abs(t - said.turnout_pct) <= TURNOUT_ROUNDING for t in turnouts):
        return []
    return [f"The turnout is {turnouts[0]:.2f}%, but turnout_pct says {said.turnout_pct:g}."]
