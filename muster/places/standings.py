"""Who won each seat at an election, and by how much."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from muster.places.models import Election, Party, Result


@dataclass(frozen=True)
class SeatStanding:
    """First and second in one seat. `lead` in votes; `second` is "" where nobody else stood."""

    party: Party
    candidate: str
    second: str
    lead: int
    valid: int
    electorate: int | None

    @property
    def lead_points(self) -> float:
        """The lead in percentage points of the valid votes."""
        return 100 * self.lead / self.valid if self.valid else 100.0

    @property
    def swing(self) -> float:
        """Points of swing that would take the seat from its holder."""
        return self.lead_points / 2


def standings(election: Election, seats: Iterable[int] | None = None) -> dict[int, SeatStanding]:
    """How every seat (or these, by id) stood at an election, by the seat's id."""
    place_in_seat = Window(
        RowNumber(), partition_by="contest_id", order_by=[F("votes").desc(), F("id")]
    )
    results = Result.objects.filter(contest__election=election)
    if seats is not None:
        results = results.filter(contest__place_id__in=seats)
    # Only first and second: the also-rans are six times as many.
    results = results.annotate(came=place_in_seat).filter(came__lte=2).order_by("came")
    by_seat: dict[int, list[Any]] = defaultdict(list)
    for seat, *rest in results.values_list(
        "contest__place_id",
        "party_id",
        "candidate",
        "votes",
        "contest__valid_votes",
        "contest__electorate",
    ):
        by_seat[seat].append(rest)
    parties = Party.objects.filter(country=election.country).in_bulk()
    return {seat: _standing(found, parties) for seat, found in by_seat.items()}


def _standing(found: list[Any], parties: dict[int, Party]) -> SeatStanding:
    party, candidate, votes, valid, electorate = found[0]
    second = found[1] if len(found) > 1 else None
    return SeatStanding(
        parties[party],
        candidate,
        parties[second[0]].name if second else "",
        votes - (second[2] if second else 0),
        valid,
        electorate,
    )


def elections(country: str = "GB", at_least: int = 1) -> list[Election]:
    """A country's elections in which at least so many seats voted, the latest first."""
    counted = Election.objects.filter(country=country).annotate(seats=Count("contests"))
    return list(counted.filter(seats__gte=at_least).order_by("-held_on", "-seats"))


def latest_general(country: str = "GB") -> Election | None:
    """The latest election that most of the country voted in; by-elections don't count."""
    counted = Election.objects.filter(country=country).annotate(seats=Count("contests"))
    found = list(counted.filter(seats__gt=0).order_by("is_notional", "-held_on"))
    most = max((e.seats for e in found), default=0)
    return next((e for e in found if e.seats * 2 >= most), None)
