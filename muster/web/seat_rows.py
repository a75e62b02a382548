"""The seats one member may see, with every figure the Seats page shows, narrowed as they asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count
from django.urls import reverse

from muster.organisations.models import Organisation
from muster.people.models import Person
from muster.places.models import Election, Place, Target, TargetList
from muster.places.scope import Reach
from muster.places.standings import SeatStanding, standings
from muster.web.seat_filter import Filter

# Counting a million people takes a tenth of a second: those who see them all share a count.
COUNTED_FOR = 10


@dataclass(frozen=True)
class SeatRow:
    """One seat of the map and the table. Figures are None where there is none to show."""

    seat: Place
    region: Place | None
    within: frozenset[str]
    standing: SeatStanding | None
    supporters: int | None
    target: Target | None
    is_ours: bool
    href: str = ""

    @property
    def lead(self) -> int:
        return self.standing.lead if self.standing else 0

    @property
    def swing(self) -> float:
        return self.standing.swing if self.standing else 0.0


def rows_of(
    organisation: Organisation,
    reach: Reach,
    *,
    country: str,
    election: Election | None,
    targets: TargetList | None,
) -> list[SeatRow]:
    """Every seat of the country; those out of reach come without any figure, as scenery."""
    seats = Place.objects.seats().filter(country=country).defer("boundary").order_by("name")
    around = {p.pk: p for p in Place.objects.filter(kind__in=["region", "nation"], country=country)}
    stood = standings(election) if election else {}
    counts = supporters_by_seat(organisation, reach)
    chosen = {t.place_id: t for t in targets.targets.all()} if targets else {}
    ours = reach.seats("see seats")
    # Every seat's page lies beneath the list: asking the router 650 times would take a third of
    # the page's time.
    base = reverse("seats:list")
    rows = []
    for seat in seats:
        is_ours = ours is None or seat.pk in ours
        rows.append(
            SeatRow(
                seat,
                around.get(seat.parent_id or 0),
                _above(seat, around),
                stood.get(seat.pk) if is_ours else None,
                counts.get(seat.pk, 0) if is_ours and counts is not None else None,
                chosen.get(seat.pk) if is_ours else None,
                is_ours,
                f"{base}{seat.slug}" if is_ours else "",
            )
        )
    return rows


def supporters_by_seat(organisation: Organisation, reach: Reach) -> dict[int, int] | None:
    """How many people are in each seat this member reaches; None: they may not know."""
    if not reach.may("see people"):
        return None
    people = Person.objects.filter(organisation=organisation, seat__isnull=False)
    counted = people.order_by().values_list("seat_id").annotate(n=Count("pk"))
    if not reach.may_everywhere("see people"):
        return dict(counted.filter(reach.within("see people")))
    return cache.get_or_set(f"supporters:{organisation.pk}", lambda: dict(counted), COUNTED_FOR)


def narrow(rows: Sequence[SeatRow], asked: Filter) -> list[SeatRow]:
    """The rows that are ours and fit the question, in the order wanted."""
    kept = [r for r in rows if r.is_ours and _fits(r, asked)]
    sort = asked.sort or ("rank" if asked.list else "name")
    kept.sort(key=lambda r: r.seat.name)
    if sort.removeprefix("-") != "name":
        kept.sort(key=lambda r: _figure(r, sort.removeprefix("-")), reverse=sort.startswith("-"))
    elif sort == "-name":
        kept.reverse()
    return kept


def _fits(row: SeatRow, asked: Filter) -> bool:
    won = row.standing.party.code if row.standing else ""
    return (
        (not asked.q or asked.q.casefold() in row.seat.name.casefold())
        and (not asked.region or asked.region in row.within)
        and (not asked.party or won == asked.party)
        and (not asked.list or row.target is not None)
        and (asked.within is None or (row.standing is not None and row.swing <= asked.within))
        and (not asked.pick or row.seat.code in asked.pick)
    )


def _above(seat: Place, around: dict[int, Place]) -> frozenset[str]:
    """Codes of the region and the nation a seat lies in."""
    found, parent = set(), around.get(seat.parent_id or 0)
    while parent:
        found.add(parent.code)
        parent = around.get(parent.parent_id or 0)
    return frozenset(found)


def _figure(row: SeatRow, sort: str) -> float:
    target = row.target
    figures = {
        "lead": row.lead,
        "swing": row.swing,
        "supporters": row.supporters or 0,
        "rank": target.rank if target else 10_000,
        "chance": target.chance if target else -1,
        "gain": target.gain if target else -1,
    }
    return figures[sort]
