"""Whom the People page shows: found by words, narrowed by seat and by what they allow."""

import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from muster.organisations.models import Organisation
from muster.people import counting, reachable, search
from muster.people.models import ContactPoint, Person
from muster.places.models import Place
from muster.places.scope import Reach

SHOWN = 50
LOOKED_THROUGH = 400
CHANNELS = {"email": "May be e-mailed", "sms": "May be texted", "call": "May be rung"}
NOWHERE = "nowhere"


@dataclass(frozen=True)
class Asked:
    """What the address bar asks for."""

    text: str = ""
    seat: Place | None = None
    consent: str = ""
    is_nowhere: bool = False

    def address(self, **instead: str) -> str:
        """The query of the same page with something changed: a chip's link."""
        seat = NOWHERE if self.is_nowhere else self.seat.slug if self.seat else ""
        now = {"q": self.text, "seat": seat, "consent": self.consent}
        return "?" + urlencode({k: v for k, v in (now | instead).items() if v})


def read(query: QueryDict, reach: Reach) -> Asked:
    """What is asked, as far as it lies within reach."""
    consent = query.get("consent", "")
    slug = query.get("seat", "")
    seats = Place.objects.seats().filter(reach.within("see people", "id"))
    return Asked(
        " ".join(query.get("q", "").split())[:100],
        seats.filter(slug=slug).first() if slug else None,
        consent if consent in CHANNELS else "",
        slug == NOWHERE and reach.may_everywhere("see people"),
    )


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
            "allows": [words for c, words in SHORT.items() if p.pk in allowed[c]],
        }
        for p in people
    ]


SHORT = {"email": "E-mail", "sms": "Text", "call": "Call"}


def _found(organisation: Organisation, reach: Reach, asked: Asked) -> list[Person]:
    if asked.seat:
        reach = Reach(in_seats={"see people": frozenset({asked.seat.pk})})
    limit = LOOKED_THROUGH if asked.consent or asked.is_nowhere else SHOWN + 1
    found = search.find(organisation, reach, asked.text, limit=limit)
    if asked.is_nowhere:
        found = [person for person in found if person.seat_id is None]
    if not asked.consent:
        return found
    yes = _who_said_yes(found, asked.consent)
    return [person for person in found if person.pk in yes]


def _latest(organisation: Organisation, reach: Reach, asked: Asked) -> list[Person]:
    people = Person.objects.filter(organisation=organisation).filter(reach.within("see people"))
    if asked.seat:
        people = people.filter(seat=asked.seat)
    if asked.is_nowhere:
        people = people.filter(seat=None)
    if asked.consent:
        people = reachable.who_said_yes(people, asked.consent)
    return list(people.select_related("seat").order_by("-id")[: SHOWN + 1])


def _who_said_yes(people: list[Person], channel: str) -> set[int]:
    ids = [person.pk for person in people]
    allowed = reachable.who_said_yes(Person.objects.filter(pk__in=ids), channel)
    return set(allowed.values_list("id", flat=True))


def count(organisation: Organisation, reach: Reach, asked: Asked) -> dict[str, int]:
    """How many people there are, and how many may be e-mailed, within reach (and the seat)."""
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
