"""What the database's own rules cost: the same questions with row-level security on and off.

On: as the role the workers and the apps have, in the scope of one organisation. Off: as the
database's owner. A second organisation of the same size lies beside it. Rounds go on, off, off, on,
so that both meet the same machine. An audience count as the builder asks it (place, joining,
consent, two conditions on the journal) is judged; the same asked of the tables themselves, finding
people and taking deliveries are told beside it. BENCH_KEEP=1 asks the people of an earlier run.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from typing import Any

from benchmarks.harness import Benchmark, Outcome, run

ROW_SECURITY = Benchmark(
    "row_security",
    "audience counts with row-level security, against the same without",
    unit="counts/s",
    target=0.9,
)
ROUNDS = 16
COUNT = """
SELECT count(*) FROM people_person p
 WHERE p.organisation_id = %(organisation)s AND p.seat_id = ANY(%(seats)s)
   AND EXISTS (SELECT FROM people_contactpoint e
                WHERE e.person_id = p.id AND e.kind = 'email' AND e.state <> 'dead')
   AND (SELECT c.is_given FROM people_consentevent c
         WHERE c.person_id = p.id AND c.channel = 'email' AND c.purpose = 'marketing'
         ORDER BY c.at DESC, c.is_given LIMIT 1)
   AND p.id IN (SELECT f.person_id FROM journal_fact f
                 WHERE f.organisation_id = %(organisation)s AND f.kind = 'volunteered'
                   AND f.at > %(at)s - interval '90 days'
                 GROUP BY f.person_id HAVING count(*) >= 2)
   AND NOT EXISTS (SELECT FROM journal_fact f
                    WHERE f.organisation_id = %(organisation)s AND f.person_id = p.id
                      AND f.kind = 'message delivered' AND f.at > %(at)s - interval '30 days')
"""
ACTED = """
INSERT INTO journal_fact (organisation_id, kind, person_id, place_id, at)
SELECT organisation_id, (ARRAY['volunteered', 'message delivered'])[1 + i %% 2], id, seat_id,
       now() - random() * interval '200 days'
  FROM people_person, generate_series(1, 4) i WHERE organisation_id = %s
"""
DELIVERIES = """
INSERT INTO messaging_delivery (organisation_id, month, sending_id, person_id, place_id, turn,
                                chunk, due_at)
SELECT organisation_id, date_trunc('month', now())::date, organisation_id, id, seat_id,
       row_number() OVER (), row_number() OVER () / 5000, now()
  FROM people_person WHERE organisation_id = %s
"""


def measure(full: bool) -> Outcome:
    """Fill two organisations, then ask each question on and off in turn."""
    from django.db import connection

    from muster.lib.times import now

    people = int(os.environ.get("BENCH_PEOPLE", 1_000_000 if full else 200_000))
    party, seats = _filled(people)
    asked = {"organisation": party.pk, "seats": seats, "at": now()}
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        on, off, answers = _both(party.pk, _counting(party))
        by_hand = _both(party.pk, lambda: _ask(cursor, COUNT, asked))
    for found_by in (answers, by_hand[2]):
        assert len(found_by - {0}) == 1 == len(found_by), f"nobody, or they differ: {found_by}"
    narrow = frozenset(seats[:20])
    notes: dict[str, float | str] = {"people counted": answers.pop()}
    notes |= _told("the audience, ms", on, off)
    notes |= _told("asked of the tables by hand, ms", *by_hand[:2])
    found = _both(party.pk, _finding(party))
    notes |= _told("find, ms at the 95th percentile", *found[:2], at=0.95)
    found = _both(party.pk, _finding(party, narrow), narrow)
    notes |= _told("find in 20 seats, the same", *found[:2], at=0.95)
    notes |= _told("the next 128 deliveries, ms", *_both(party.pk, _taking(party.pk))[:2])
    notes |= _told("everyone in 20 seats, unfiltered, ms", *_narrowed(party.pk, narrow))
    return Outcome(
        figure=1 / statistics.median(on),
        limit=1 / statistics.median(off),
        ran=f"{ROUNDS} rounds in turn among two organisations of {people:,} people and"
        f" {people * 5:,} facts each",
        notes=notes,
    )


def _filled(people: int) -> tuple[Any, list[int]]:
    from django.db import connection

    from muster.lib.times import now
    from muster.organisations.models import Campaigner, Organisation
    from muster.people import generating, summing_up
    from muster.people.summary_models import Summary
    from muster.places import loading
    from muster.places.models import Place

    loading.load_packaged()
    seats = Place.objects.filter(kind="seat").order_by("code").values_list("id", flat=True)
    if Summary.objects.filter(organisation__slug="beside").count() == people:
        return Organisation.objects.get(slug="bench"), list(seats[:300])
    made = []
    for number, name in enumerate(("Bench", "Beside")):
        party = Organisation.objects.create(slug=name.lower(), name=name, is_demonstration=True)
        Campaigner.objects.create(
            organisation=party, kind="party", name=name, promoter="B. Ench", address="1 High Street"
        )
        generating.generate(party, how_many=people, seed=7 + number, at=now())
        with connection.cursor() as cursor:
            cursor.execute(ACTED, [party.pk])
            cursor.execute(DELIVERIES, [party.pk])
        summing_up.catch_up(party.pk)
        made.append(party)
    return made[0], list(seats[:300])


@contextmanager
def _as_a_worker(organisation: int, seats: frozenset[int] | None) -> Iterator[None]:
    from django.db import connection

    from muster.organisations.roles import WORKER
    from muster.organisations.scoping import acting_for

    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {WORKER}")
        try:
            with acting_for(organisation, seats):
                yield
        finally:
            cursor.execute("RESET ROLE")


def _both(
    organisation: int, act: Callable[[], Any], seats: frozenset[int] | None = None
) -> tuple[list[float], list[float], set[Any]]:
    """Seconds with the rules on and off, and every answer there was.

    Each is asked once before, untimed: a connection that changes its role plans everything anew,
    and those in earnest never do.
    """
    took: tuple[list[float], list[float]] = ([], [])
    answers = set()
    for number in range(ROUNDS * 2):
        is_off = (number + 1) % 4 >= 2
        with nullcontext() if is_off else _as_a_worker(organisation, seats):
            act()
            began = time.perf_counter()
            answers.add(act())
            took[is_off].append(time.perf_counter() - began)
    return *took, answers


def _counting(party: Any) -> Callable[[], int]:
    """The audience of a builder, in its own words to the database."""
    from muster.audiences import compiling, counting, definitions
    from muster.lib.times import now
    from muster.places.models import Place

    at = now()
    seats = Place.objects.filter(kind="seat").order_by("code").values_list("code", flat=True)
    who = [
        {"is": "place", "places": list(seats[:300])},
        {"is": "joined", "when": {"since": (at - timedelta(days=1200)).date().isoformat()}},
        {"is": "reach", "channel": "email"},
        {"is": "did", "kind": "volunteered", "times": 2, "when": {"days": 90}},
        {"not": {"is": "did", "kind": "message delivered", "times": 1, "when": {"days": 30}}},
    ]
    asked = compiling.sql("count", definitions.read({"who": {"all": who}}, party), party, at=at)
    return lambda: int(counting.ask(asked)[0][0])


def _finding(party: Any, seats: frozenset[int] | None = None) -> Callable[[], Any]:
    from muster.people import search
    from muster.places.scope import Reach

    may = "see people"
    reach = Reach(frozenset({may})) if seats is None else Reach(in_seats={may: seats})
    each = ("s", "smi", "smith", "jo sm", "j s", "07700 9", "ann", "an wil")
    texts = iter([text for text in each * ROUNDS for _ in range(4)])
    return lambda: len(search.find(party, reach, next(texts)))


def _taking(organisation: int) -> Callable[[], Any]:
    from django.db import transaction

    from muster.lib.times import first_of_month, now
    from muster.messaging import capping
    from muster.messaging.finding import find
    from muster.organisations.models import Organisation

    caps = capping.asked(Organisation.objects.get(pk=organisation), "marketing", now())

    def take() -> int:
        asked = {"organisation": organisation, "sending": organisation, "chunk": 3, "turn": 0}
        asked |= caps | {
            "is_explicit": False,
            "counts_opens": False,
            "at": now(),
            "most": 128,
            "month": first_of_month(now()),
        }
        with transaction.atomic():
            found = find(asked, seats=None)
            transaction.set_rollback(True)
        return len(found)

    return take


def _narrowed(organisation: int, seats: frozenset[int]) -> tuple[list[float], list[float]]:
    """A view that forgot its filter, against one that did not."""
    from django.db import connection

    forgot = "SELECT count(*) FROM people_contactpoint"
    kept = (
        "SELECT count(*) FROM people_contactpoint c JOIN people_person p ON p.id = c.person_id"
        " WHERE p.organisation_id = %(organisation)s AND p.seat_id = ANY(%(seats)s)"
    )
    on, off = [], []
    asked = {"organisation": organisation, "seats": list(seats)}
    with connection.cursor() as cursor:
        for _ in range(3):
            with _as_a_worker(organisation, seats):
                began = time.perf_counter()
                seen = _ask(cursor, forgot, {})
                on.append(time.perf_counter() - began)
            began = time.perf_counter()
            assert seen == _ask(cursor, kept, asked)
            off.append(time.perf_counter() - began)
    return on, off


def _ask(cursor: Any, sql: str, asked: dict[str, Any]) -> int:
    cursor.execute(sql, asked)
    return int(cursor.fetchone()[0])


def _told(what: str, on: list[float], off: list[float], at: float = 0.5) -> dict[str, str]:
    """Milliseconds on and off, at the median or another place of the order."""
    both = [sorted(times)[int(len(times) * at)] * 1000 for times in (on, off)]
    return {what: f"on {both[0]:,.1f}, off {both[1]:,.1f}"}


if __name__ == "__main__":
    run(ROW_SECURITY, measure)
