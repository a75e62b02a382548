"""Taking in an election's results: seat by seat, each only if it adds up."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from muster.places.filing import Tally
from muster.places.models import Contest, Election, Party, Place, Result
from muster.places.reading import CannotLoad, Line, Sheet
from muster.places.shapes import decimal, whole_number
from muster.places.sums import Totals, contradictions

LUMPED = "Other"


@dataclass(frozen=True)
class Vote:
    party_code: str
    standing_as: str
    candidate: str
    votes: int


@dataclass
class SeatResult:
    """Everything a file says of one seat in one election."""

    seat: str
    held_on: str
    lines: list[Line] = field(default_factory=list)
    totals: Totals = field(default_factory=Totals)
    votes: list[Vote] = field(default_factory=list)
    lumped: int = 0
    problem: str = ""

    def add(self, line: Line, totals: Totals, votes: Iterable[Vote]) -> None:
        if self.lines and totals != self.totals:
            self.problem = self.problem or f"Line {line.number} gives other totals for this seat."
        self.lines.append(line)
        self.totals = totals
        for vote in votes:
            self.votes.append(self._told_apart(vote))

    def _told_apart(self, vote: Vote) -> Vote:
        """Two nameless also-rans of one party name are two; a named candidate stands once."""
        if vote.candidate and any(self._same(vote, v) for v in self.votes):
            self.problem = self.problem or f"{vote.candidate} is there twice."
        named, n = vote, 1
        while any(self._same(named, v) for v in self.votes):
            n += 1
            named = replace(vote, standing_as=f"{vote.standing_as} {n}".strip())
        return named

    @staticmethod
    def _same(a: Vote, b: Vote) -> bool:
        return (a.party_code, a.standing_as, a.candidate) == (
            b.party_code,
            b.standing_as,
            b.candidate,
        )

    def problems(self, seats: dict[str, int]) -> list[str]:
        """Why this seat is refused, if it is."""
        if self.problem:
            return [self.problem]
        if self.seat not in seats:
            return [f"No seat has the code {self.seat}: load the places first."]
        named = [v.votes for v in self.votes]
        if self.lumped:
            named.remove(self.lumped)
        return contradictions(named, self.totals, self.lumped)


def read_seats(lines: Iterable[Line], *, by_seat: bool, tally: Tally) -> list[SeatResult]:
    """Gather rows into seats. A row that can't be read takes its whole seat with it."""
    seats: dict[tuple[str, str], SeatResult] = {}
    for line in lines:
        tally.rows += 1
        key = (line.cells.get("seat", ""), line.cells.get("date", ""))
        seat = seats.setdefault(key, SeatResult(*key))
        try:
            if "?" in line.cells:
                raise ValueError(line.cells["?"])
            votes = list(_votes_across(line) if by_seat else _vote(line))
            seat.add(line, _totals(line), votes)
        except ValueError as error:
            seat.lines.append(line)
            seat.problem = seat.problem or f"Line {line.number}: {error}"
        if by_seat:
            seat.lumped = sum(v.votes for v in seat.votes if v.party_code == LUMPED)
    return list(seats.values())


def _totals(line: Line) -> Totals:
    cells = line.cells
    return Totals(
        whole_number(cells, "valid_votes"),
        whole_number(cells, "invalid_votes"),
        whole_number(cells, "electorate"),
        decimal(cells, "turnout_pct"),
        whole_number(cells, "majority"),
    )


def _vote(line: Line) -> Iterator[Vote]:
    cells = line.cells
    votes = whole_number(cells, "votes")
    if votes is None:
        raise ValueError("votes is empty.")
    code = cells["party_code"] or LUMPED
    if len(code) > 20:
        code = code[:20].rstrip()
    both = f"{cells.get('candidate_first_name', '')} {cells.get('candidate_surname', '')}"
    candidate = cells.get("candidate") or both.strip()
    yield Vote(code, cells.get("party", "")[:190], candidate[:200], votes)


def _votes_across(line: Line) -> Iterator[Vote]:
    for column in line.cells:
        if column.startswith("votes_") and (votes := whole_number(line.cells, column)):
            yield Vote(column.removeprefix("votes_").title(), "", "", votes)


def file_results(sheet: Sheet, seats: list[SeatResult], tally: Tally) -> Tally:
    """Make or correct the election's contests; a seat that contradicts itself stays as it was."""
    country = (sheet.said("country") or "GB").upper()
    places = dict(Place.objects.seats().filter(country=country).values_list("code", "pk"))
    parties = _Parties(country)
    elections = {on: _election(sheet, country, on) for on in {s.held_on for s in seats}}
    tally.about = ", ".join(sorted(e.code for e in elections.values()))[:100]
    for on, election in elections.items():
        kept = _Contests(election)
        for seat in (s for s in seats if s.held_on == on):
            if problems := seat.problems(places):
                for line in seat.lines:
                    tally.refuse(line, " ".join(problems))
            else:
                kept.file(seat, places[seat.seat], parties)
        tally.changed += kept.save()
    return tally


def _election(sheet: Sheet, country: str, on: str) -> Election:
    """The election a file says it is; by-elections are told apart by their date."""
    held_on, code = on or sheet.said("held on"), sheet.said("election")
    if on:
        code = f"{code or country + '-by'}-{on}"
    try:
        day = date.fromisoformat(held_on)
    except ValueError:
        raise CannotLoad(
            f"{sheet.name} doesn't say when it was: add “# held on: 2024-07-04” above the header."
        ) from None
    if not code:
        raise CannotLoad(
            f"{sheet.name} doesn't say which election it is:"
            " add “# election: GB-2024” above the header."
        )
    name = sheet.said("name") or (f"By-elections of {day:%-d %B %Y}" if on else code)
    election, _ = Election.objects.update_or_create(
        code=code,
        defaults={
            "name": name,
            "country": country,
            "held_on": day,
            "is_notional": sheet.said("notional").lower() in {"yes", "true", "1"},
            "attribution": sheet.attribution,
        },
    )
    return election


class _Parties:
    """The country's parties by code, whatever its capitals; made when first met."""

    def __init__(self, country: str) -> None:
        self.country = country
        self.known = {p.code.lower(): p for p in Party.objects.filter(country=country)}

    def get(self, code: str, name: str) -> Party:
        if code.lower() not in self.known:
            self.known[code.lower()] = Party.objects.create(
                country=self.country, code=code, name=name or code
            )
        return self.known[code.lower()]


class _Contests:
    """One election's contests: what the database holds, and what a file changes in them."""

    def __init__(self, election: Election) -> None:
        self.election = election
        held = Contest.objects.filter(election=election).prefetch_related("results")
        self.held = {c.place_id: c for c in held}
        self.results: list[Result] = []
        self.fresh: list[Contest] = []
        self.changed: list[Contest] = []

    def file(self, seat: SeatResult, place_id: int, parties: _Parties) -> None:
        wanted = {
            (parties.get(v.party_code, v.standing_as).pk, v.candidate, v.standing_as, v.votes)
            for v in seat.votes
        }
        valid = seat.totals.valid_votes
        totals = {
            "electorate": seat.totals.electorate,
            "valid_votes": sum(v.votes for v in seat.votes) if valid is None else valid,
            "invalid_votes": seat.totals.invalid_votes,
        }
        contest = self.held.get(place_id)
        if contest is None:
            contest = Contest(election=self.election, place_id=place_id, **totals)
            self.fresh.append(contest)
        elif not _same(contest, totals, wanted):
            for k, v in totals.items():
                setattr(contest, k, v)
            self.changed.append(contest)
        else:
            return
        self.results += [
            Result(contest=contest, party_id=p, candidate=c, standing_as=s, votes=n)
            for p, c, s, n in sorted(wanted, key=lambda w: -w[3])
        ]

    def save(self) -> int:
        """Write what changed; how many contests that is."""
        Contest.objects.bulk_create(self.fresh)
        if self.changed:
            Contest.objects.bulk_update(
                self.changed, ["electorate", "valid_votes", "invalid_votes"]
            )
            Result.objects.filter(contest__in=self.changed).delete()
        Result.objects.bulk_create(self.results, batch_size=2000)
        return len(self.fresh) + len(self.changed)


def _same(
    contest: Contest, totals: dict[str, int | None], wanted: set[tuple[int, str, str, int]]
) -> bool:
    held = {(r.party_id, r.candidate, r.standing_as, r.votes) for r in contest.results.all()}
    return held == wanted and all(getattr(contest, k) == v for k, v in totals.items())
