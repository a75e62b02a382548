"""What each seat's cut is made from: its place, its candidate, their imprint, the facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from muster.content import campaigners
from muster.content.facts_of_place import Facts, facts_of
from muster.content.filling import clean
from muster.content.letterhead import Imprint
from muster.content.models import Master
from muster.organisations.models import Campaigner
from muster.places.models import Place


@dataclass(frozen=True)
class Source:
    """All that one cut is made from, but for the master's own words."""

    place: Place | None
    campaigner: Campaigner | None
    values: Mapping[str, str]
    imprint: Imprint | None


@dataclass(frozen=True)
class Gathered:
    """What masters of one organisation and one target list have in common, by place id."""

    facts: Mapping[int, Facts]
    campaigners: Mapping[int | None, Campaigner | None]
    imprints: Mapping[int | None, Imprint | None]


def gather(master: Master, wanted: Sequence[Place | None]) -> Gathered:
    """Ask for it once, in a few queries for all places."""
    places = [place for place in wanted if place is not None]
    right = campaigners.right_ones(master.organisation, places)
    imprints = {pk: imprint_of(who) for pk, who in right.items()}
    return Gathered(facts_of(places, master.targets), right, imprints)


def sources_of(
    master: Master, wanted: Sequence[Place | None], known: Gathered | None = None
) -> list[Source]:
    """What each cut is made from. `known`: as gathered for another master just now."""
    known = known or gather(master, wanted)
    same = {"date": date_in_words(master.date)}
    sources = []
    for place in wanted:
        key = place.pk if place else None
        who = known.campaigners.get(key)
        values = dict(same)
        if place is not None:
            values |= known.facts[place.pk] | {
                "seat": place.name,
                "seat_local": place.name_local or place.name,
                "candidate": who.name if who and who.kind == Campaigner.Kind.CANDIDATE else "",
            }
        sources.append(Source(place, who, values, known.imprints.get(key)))
    return sources


def imprint_of(who: Campaigner | None) -> Imprint | None:
    if who is None:
        return None
    return Imprint(
        promoter=clean(who.promoter),
        address=clean(who.address),
        on_behalf_of=clean(who.on_behalf_of),
        on_behalf_address=clean(who.on_behalf_address),
    )


def date_in_words(day: date | None) -> str:
    """A day as it is said.

    >>> date_in_words(date(2026, 5, 9))
    'Saturday 9 May'
    """
    return f"{day:%A} {day.day} {day:%B}" if day else ""
