"""What a cut may say about its place: lead, swing, majority, electorate, region, in words."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from muster.places.models import Contest, Election, Place, Target, TargetList

Facts = dict[str, str]


def facts_of(places: Sequence[Place], targets: TargetList | None) -> dict[int, Facts]:
    """Facts of each place by its id, named as their fields (`fact:lead`); unknown ones absent.

    Lead and swing are the target list's own. The majority is of the list's election; without a
    list, of the latest one loaded for the country.
    """
    regions = _regions(places)
    facts = {place.pk: _of_the_place(place, regions.get(place.pk, "")) for place in places}
    ids = list(facts)
    if targets is not None:
        rows = Target.objects.filter(target_list=targets, place__in=ids)
        for target in rows:
            facts[target.place_id]["fact:lead"] = lead_in_words(target.lead)
            facts[target.place_id]["fact:swing"] = swing_in_words(target.swing_needed)
    election = targets.election if targets is not None else _latest_election(places)
    for place_id, votes in _two_best(election, ids).items():
        facts[place_id]["fact:majority"] = f"{votes[0] - votes[1]:,} votes"
    return facts


def _of_the_place(place: Place, region: str) -> Facts:
    facts: Facts = {}
    if place.electorate:
        facts["fact:electorate"] = f"{place.electorate:,}"
    if region:
        facts["fact:region"] = region
    return facts


def _regions(places: Sequence[Place]) -> dict[int, str]:
    """The nearest region or nation above each: "South West", "Wales". A query for each level."""
    named: dict[int, str] = {}
    above = {place.pk: place.parent_id for place in places}
    while parents := {parent for parent in above.values() if parent is not None}:
        found = Place.objects.only("kind", "name", "parent").in_bulk(parents)
        climbing: dict[int, int | None] = {}
        for pk, parent in above.items():
            if parent is None:
                continue
            if found[parent].kind in (Place.Kind.REGION, Place.Kind.NATION):
                named[pk] = found[parent].name
            else:
                climbing[pk] = found[parent].parent_id
        above = climbing
    return named


def _latest_election(places: Sequence[Place]) -> Election | None:
    countries = {place.country for place in places}
    return Election.objects.filter(country__in=countries).order_by("held_on").last()


def _two_best(election: Election | None, ids: Iterable[int]) -> dict[int, list[int]]:
    """The two highest votes in each place that had at least two parties or candidates."""
    if election is None:
        return {}
    rows: QuerySet[Contest, tuple[int, int]] = Contest.objects.filter(
        election=election, place__in=list(ids), results__votes__isnull=False
    ).values_list("place_id", "results__votes")
    votes: dict[int, list[int]] = {}
    for place_id, cast in rows:
        votes.setdefault(place_id, []).append(cast)
    return {
        place_id: sorted(cast, reverse=True)[:2]
        for place_id, cast in votes.items()
        if len(cast) > 1
    }


def lead_in_words(lead: int) -> str:
    """How far ahead or behind the party is.

    >>> lead_in_words(-5611), lead_in_words(1)
    ('5,611 votes behind', '1 vote ahead')
    """
    if lead == 0:
        return "level"
    votes = "vote" if abs(lead) == 1 else "votes"
    return f"{abs(lead):,} {votes} {'ahead' if lead > 0 else 'behind'}"


def swing_in_words(points: float) -> str:
    """The swing that would change hands; a safe lead's is given without its sign.

    >>> swing_in_words(5.44), swing_in_words(1)
    ('5.4 points', '1.0 points')
    """
    return f"{abs(points):.1f} points"
