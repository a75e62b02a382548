"""Whom the People page shows: found by words, narrowed by seat and by what they allow."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict

from muster.audiences import definitions
from muster.organisations.models import Organisation
from muster.people import counting, reachable, search, words
from muster.people.models import ContactPoint, Person, PersonTag, Tag
from muster.places.models import Place
from muster.places.scope import Reach

SHOWN = 50
LOOKED_THROUGH = 400
MOST_FOUND = 10_000
MOST_ASKED = 50_000
CHANNELS = {"email": "May be e-mailed", "sms": "May be texted", "call": "May be rung"}
NOWHERE = "nowhere"


@dataclass(frozen=True)
class Asked:
    """What the address bar asks for."""

    text: str = ""
    seat: Place | None = None
    consent: str = ""
    is_nowhere: bool = False
    tag: Tag | None = None

    @property
    def narrows(self) -> bool:
        """Does it ask for anything but everybody?"""
        return bool(self.text or self.seat or self.consent or self.is_nowhere or self.tag)

    def address(self, **instead: str) -> str:
        """The query of the same page with something changed: a chip's link."""
        seat = NOWHERE if self.is_nowhere else self.seat.slug if self.seat else ""
        tag = str(self.tag.pk) if self.tag else ""
        now = {"q": self.text, "seat": seat, "consent": self.consent, "tag": tag}
        return "?" + urlencode({k: v for k, v in (now | instead).items() if v})


def read(query: QueryDict, organisation: Organisation, reach: Reach) -> Asked:
    """What is asked, as far as it lies within reach."""
    tag = query.get("tag", "")
    consent = query.get("consent", "")
    slug = query.get("seat", "")
    seats = Place.objects.seats().filter(reach.within("see people", "id"))
    return Asked(
        " ".join(query.get("q", "").split())[:100],
        seats.filter(slug=slug).first() if slug else None,
        consent if consent in CHANNELS else "",
        slug == NOWHERE and reach.may_everywhere("see people"),
        Tag.objects.filter(organisation=organisation, pk=int(tag)).first()
        if tag.isascii() and tag.isdecimal() and len(tag) < 19
        else None,
    )


def in_words(asked: Asked) -> str:
    """Whom it asks for: "in Stroud, tagged “doors”, found by “win”"; empty: everybody."""
    parts = [
        f"in {asked.seat.name}" if asked.seat else "without a seat" if asked.is_nowhere else "",
        f"tagged “{asked.tag}”" if asked.tag else "",
        f"who {CHANNELS[asked.consent].lower()}" if asked.consent else "",
        f"found by “{asked.text}”" if asked.text else "",
    ]
    return ", ".join(filter(None, parts))


class TooMany(Exception):
    """More people are found by these words than can be taken together."""


def everyone(organisation: Organisation, reach: Reach, asked: Asked) -> "QuerySet[Person]":
    """All the people asked for whom this member may change. Raises `TooMany`."""
    people = Person.objects.filter(organisation=organisation)
    people = _narrowed(people.filter(reach.within("change people")), asked)
    if not asked.text:
        return people
    within = reach.seats("change people")
    seats = None if within is None else sorted(within)
    wanted = search.Search(organisation.pk, words.asked(asked.text), seats, MOST_FOUND + 1)
    ids = search.ids_of(wanted) if wanted.words else []
    if len(ids) > MOST_FOUND:
        raise TooMany(f"More than {MOST_FOUND:,} people are found by “{asked.text}”: type more.")
    return people.filter(pk__in=ids)


def _narrowed(people: "QuerySet[Person]", asked: Asked) -> "QuerySet[Person]":
    """By seat, tag and consent."""
    if asked.seat:
        people = people.filter(seat=asked.seat)
    if asked.is_nowhere:
        people = people.filter(seat=None)
    if asked.tag:
        people = people.filter(tagged__tag=asked.tag)
    return reachable.who_said_yes(people, asked.consent) if asked.consent else people


def as_audience(asked: Asked) -> str:
    """The same people as the beginning of an audience's sentence, packed for an address.

    Words typed to find someone are no condition: an audience does not look for names.
    """
    who: list[dict[str, Any]] = []
    if asked.seat:
        who.append({"is": "place", "places": [asked.seat.code]})
    if asked.is_nowhere:
        who.append({"is": "nowhere"})
    if asked.consent:
        who.append({"is": "consent", "channel": asked.consent, "said": "yes"})
    return definitions.packed({"who": {"all": who}, "one_per_household": False})


def rows(organisation: Organisation, reach: Reach, asked: Asked) -> list[dict[str, Any]]:
    """Up to `SHOWN` people, each with what the table shows."""
    people = (
        _found(organisation, reach, asked) if asked.text else _latest(organisation, reach, asked)
    )
    people = people[: SHOWN + 1]
    points: dict[int, dict[str, str]] = {}
    for point in ContactPoint.objects.filter(person__in=people).order_by("-id"):
        points.setdefault(point.person_id, {})[point.kind] = point.value
    allowed = {c: _who_said_yes(people, c) for c in CHANNELS}
    return [
        {
            "person": p,
            "email": points.get(p.pk, {}).get("email", ""),
            "phone": points.get(p.pk, {}).get("phone", ""),
            "allows": [short for c, short in SHORT.items() if p.pk in allowed[c]],
        }
        for p in people
    ]


SHORT = {"email": "E-mail", "sms": "Text", "call": "Call"}


def _found(organisation: Organisation, reach: Reach, asked: Asked) -> list[Person]:
    if asked.seat:
        reach = Reach(in_seats={"see people": frozenset({asked.seat.pk})})
    is_narrow = asked.consent or asked.is_nowhere or asked.tag
    limit = LOOKED_THROUGH if is_narrow else SHOWN + 1
    found = search.find(organisation, reach, asked.text, limit=limit)
    if asked.is_nowhere:
        found = [person for person in found if person.seat_id is None]
    if asked.tag:
        carry = PersonTag.objects.filter(tag=asked.tag, person__in=found)
        carrying = set(carry.values_list("person_id", flat=True))
        found = [person for person in found if person.pk in carrying]
    if not asked.consent:
        return found
    yes = _who_said_yes(found, asked.consent)
    return [person for person in found if person.pk in yes]


def _latest(organisation: Organisation, reach: Reach, asked: Asked) -> list[Person]:
    people = Person.objects.filter(organisation=organisation).filter(reach.within("see people"))
    people = _narrowed(people, asked)
    return list(people.select_related("seat").order_by("-id")[: SHOWN + 1])


def _who_said_yes(people: list[Person], channel: str) -> set[int]:
    ids = [person.pk for person in people]
    allowed = reachable.who_said_yes(Person.objects.filter(pk__in=ids), channel)
    return set(allowed.values_list("id", flat=True))


def count(organisation: Organisation, reach: Reach, asked: Asked) -> dict[str, int]:
    """How many people there are, and how many may be e-mailed, within reach (and the seat)."""
    if asked.tag:
        return _count_tagged(organisation, reach, asked)
    if asked.is_nowhere:
        people = Person.objects.filter(organisation=organisation, seat=None)
        may = reachable.how_many(organisation, "email", [], with_nowhere=True)
        return {"people": people.count(), "email": may}
    seats = frozenset({asked.seat.pk}) if asked.seat else reach.seats("see people")
    which = "all" if seats is None else hashlib.sha256(str(sorted(seats)).encode()).hexdigest()

    def afresh() -> dict[str, int]:
        people = Person.objects.filter(organisation=organisation)
        if seats is not None:
            people = people.filter(seat_id__in=seats)
        may = reachable.how_many(organisation, "email", seats)
        return {"people": people.count(), "email": may}

    return counting.remembered(organisation.pk, which, afresh)


def _count_tagged(organisation: Organisation, reach: Reach, asked: Asked) -> dict[str, int]:
    """Those with a tag, and who of them said yes, where they are few enough to ask each."""
    people = Person.objects.filter(organisation=organisation).filter(reach.within("see people"))
    people = _narrowed(people, replace(asked, consent=""))
    seats = reach.seats("see people")
    which = f"{asked.address(q='', consent='')} {sorted(seats) if seats is not None else 'all'}"

    def afresh() -> dict[str, int]:
        number = people.count()
        if number > MOST_ASKED:
            return {"people": number}
        return {"people": number, "email": reachable.who_said_yes(people, "email").count()}

    key = hashlib.sha256(which.encode()).hexdigest()
    return counting.remembered(organisation.pk, key, afresh)
