"""Finding people among a million, as the People page asks: by one letter, words, address, number.

As head office, as the organiser of one region and as the organiser of one seat. There is no limit
to hold it against but a person's patience: 100 ms at the 95th percentile, connection included.
"""

import random
import time
from typing import Any

from benchmarks.harness import Benchmark, Outcome, run

FIND_PEOPLE = Benchmark(
    "find_people",
    "find a person by the beginning of a name, e-mail or number: 95th percentile",
    unit="ms",
    target=100.0,
    judged="at most",
)
HOW_MANY = 1_000_000
ROUNDS = 40


def measure(full: bool) -> Outcome:
    """Make the million, then ask every kind of question in mixed order."""
    from muster.lib.times import now
    from muster.organisations.models import Campaigner, Organisation
    from muster.people import generating, search
    from muster.places import loading

    loading.load_packaged()
    party = Organisation.objects.create(slug="bench", name="Bench", is_demonstration=True)
    Campaigner.objects.create(
        organisation=party, kind="party", name="Bench", promoter="B. Ench", address="1 High Street"
    )
    generating.generate(party, how_many=HOW_MANY, seed=7, at=now())
    questions = _questions(party)
    took: dict[str, list[float]] = {}
    for kind, reach, text in questions:
        began = time.perf_counter()
        search.find(party, reach, text)
        took.setdefault(kind, []).append((time.perf_counter() - began) * 1000)
    every = sorted(ms for each in took.values() for ms in each)
    notes = {kind: round(_p95(sorted(each)), 1) for kind, each in took.items()}
    ran = f"{len(every):,} searches among {HOW_MANY:,} people, one connection, no warming"
    return Outcome(figure=_p95(every), limit=None, ran=ran, notes=notes)


def _p95(values: list[float]) -> float:
    return values[int(len(values) * 0.95)]


def _questions(party: Any) -> list[tuple[str, Any, str]]:
    from muster.people.models import ContactPoint, Person
    from muster.places.models import Place
    from muster.places.scope import Reach, seats_beneath

    lot = random.Random(7)
    ids = [lot.randrange(Person.objects.count()) for _ in range(ROUNDS)]
    first = Person.objects.order_by("id").values_list("id", flat=True)[0]
    people = list(Person.objects.filter(pk__in=[first + n for n in ids]))
    phones = list(
        ContactPoint.objects.filter(kind="phone").values_list("value", flat=True)[:ROUNDS]
    )
    seat = people[0].seat_id or 0
    region = Place.objects.filter(kind="region").order_by("code").first()
    reaches = {
        "head office": Reach(frozenset({"see people"})),
        "a region": Reach(
            in_seats={"see people": frozenset(seats_beneath(region.code if region else ""))}
        ),
        "a seat": Reach(in_seats={"see people": frozenset({seat})}),
    }
    texts: list[tuple[str, str]] = []
    for person in people:
        email = person.folded.split()
        texts += [
            ("one letter", person.given_name[:1]),
            ("three letters", person.family_name[:3]),
            ("a name", person.family_name),
            ("both names begun", f"{person.given_name[:2]} {person.family_name[:2]}"),
            ("both names", f"{person.given_name} {person.family_name}"),
            ("an address", next((w for w in email if "@" in w), "x@")[:14]),
            ("nobody", f"{person.given_name} Zzz"),
        ]
    texts += [("a number", "0" + phone[3:]) for phone in phones]
    texts += [("a number begun", "07700 9")] * 5
    asked = [(f"{kind}, {who}", reach, t) for kind, t in texts for who, reach in reaches.items()]
    lot.shuffle(asked)
    return asked


if __name__ == "__main__":
    run(FIND_PEOPLE, measure)
