"""A seat's last two elections side by side."""

from dataclasses import dataclass, replace

from muster.places.models import Contest, Place, Result
from muster.web.seat_shading import NO_COLOUR


@dataclass(frozen=True)
class Line:
    """One candidate, or one party that stood only then. Shares are 0 to 1; None: did not stand."""

    party: str
    colour: str
    candidate: str
    votes: int | None
    share: float | None
    votes_then: int | None
    share_then: float | None
    most: float = 1.0

    @property
    def bar(self) -> float:
        """How wide its bar is, 0 to 1: the best share of either election is 1."""
        return (self.share or 0.0) / self.most

    @property
    def bar_then(self) -> float:
        return (self.share_then or 0.0) / self.most

    @property
    def change(self) -> float | None:
        """Change of share in points; None where one of the two is missing."""
        if self.share is None or self.share_then is None:
            return None
        return 100 * (self.share - self.share_then)


def contests_of(seat: Place) -> list[Contest]:
    """The seat's contests, the latest first."""
    found = Contest.objects.filter(place=seat).select_related("election")
    return list(found.prefetch_related("results__party").order_by("-election__held_on"))


def side_by_side(contests: list[Contest]) -> list[Line]:
    """Every candidate of the latest contest with their party's result in the one before."""
    if not contests:
        return []
    latest = _results(contests[0])
    then: dict[int, int] = {}
    for result in _results(contests[1]) if len(contests) > 1 else []:
        then[result.party_id] = then.get(result.party_id, 0) + result.votes
    valid_then = contests[1].valid_votes if len(contests) > 1 else 0
    lines = []
    for result in latest:
        before = then.pop(result.party_id, None)
        lines.append(_line(result, contests[0].valid_votes, before, valid_then))
    gone = [r for r in _results(contests[1]) if r.party_id in then] if then else []
    for result in gone:
        if (before := then.pop(result.party_id, None)) is not None:
            lines.append(_line(result, 0, before, valid_then, stood=False))
    most = max((s or 0.0 for line in lines for s in (line.share, line.share_then)), default=1.0)
    return [replace(line, most=most or 1.0) for line in lines]


def _results(contest: Contest) -> list[Result]:
    return sorted(contest.results.all(), key=lambda r: -r.votes)


def _line(
    result: Result, valid: int, before: int | None, valid_then: int, *, stood: bool = True
) -> Line:
    return Line(
        party=result.standing_as or result.party.name,
        colour=result.party.colour or NO_COLOUR,
        candidate=result.candidate if stood else "",
        votes=result.votes if stood else None,
        share=result.votes / valid if stood and valid else None,
        votes_then=before,
        share_then=before / valid_then if before is not None and valid_then else None,
    )
