"""Counting an audience of five conditions, two on the journal, against the best SQL by hand.

A million people and five million facts (FULL: ten times as many), in the tables and indexes of
Muster, vacuumed. PostgreSQL and a DuckDB file fed from it; each side is asked in turn, several
times, in one session with the same settings, and the middle time counts.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from benchmarks.harness import Benchmark, Outcome, run

AUDIENCES = Benchmark(
    "audiences",
    "audience count, five conditions with two on the journal, on PostgreSQL: against SQL by hand",
    unit="counts/s",
    target=0.8,
)
ROUNDS = 9
KINDS = ("volunteered", "message delivered", "consent given", "person joined")

PEOPLE = """
INSERT INTO people_summary (person_id, organisation_id, seat_id, joined_at,
    email, sms, call, post, email_said, sms_said, call_said, post_said)
SELECT i, %(of)s, (%(seats)s::bigint[])[1 + abs(hashint8(i)) %% cardinality(%(seats)s::bigint[])],
    %(at)s::timestamptz - make_interval(hours => (abs(hashint8(i + 7)) %% 40000)),
    (ARRAY[0, 3, 4, 6, 6, 6])[1 + abs(hashint8(i + 1)) %% 6], 0, 0, 3, 1, 0, 0, 0
  FROM generate_series(1, %(many)s) i
"""
FACTS = """
INSERT INTO journal_fact (organisation_id, kind, person_id, at)
SELECT %(of)s, (%(kinds)s::text[])[1 + abs(hashint8(i)) %% 4],
    1 + abs(hashint8extended(i, 1)) %% %(many)s,
    %(at)s::timestamptz - make_interval(secs => abs(hashint8extended(i, 2)) %% 31536000)
  FROM generate_series(1, %(facts)s) i
"""
BY_HAND = """
SELECT count(*) FROM people_summary p
 WHERE organisation_id = {of} AND seat_id IN ({seats}) AND joined_at >= '{joined}' AND email >= 5
   AND person_id IN (SELECT person_id FROM journal_fact f WHERE organisation_id = {of}
        AND kind = 'volunteered' AND f.at >= '{since}' GROUP BY person_id HAVING count(*) >= 2)
   AND NOT EXISTS (SELECT FROM journal_fact f WHERE f.person_id = p.person_id
        AND organisation_id = {of} AND kind = 'message delivered' AND f.at >= '{month}')
"""


def measure(full: bool) -> Outcome:
    """Fill the tables, count on both sides and on both engines."""
    from muster.audiences import compiling, counting, warehouse
    from muster.lib.times import now
    from muster.organisations.models import Organisation

    people, facts = (10_000_000, 50_000_000) if full else (1_000_000, 5_000_000)
    party = Organisation.objects.create(slug="bench", name="Bench", is_demonstration=True)
    at = now()
    definition = _definition(party, at)
    _fill(party, people, facts, at)
    by_hand = _by_hand(party, definition, at)

    def ours() -> int:
        said = compiling.sql("count", definition, party, at=at)
        return int(counting.ask(said)[0][0])

    mine, theirs = _in_turn(ours, lambda: int(counting.ask(by_hand)[0][0]))
    whole = _timed(lambda: len(counting.ask(compiling.sql("figures", definition, party, at=at))))
    everyone = {"who": {"all": []}, "one_per_household": False}
    all_of_them = _timed(
        lambda: len(counting.ask(compiling.sql("figures", everyone, party, at=at)))
    )
    began = time.perf_counter()
    warehouse.feed(at=at)
    fed = time.perf_counter() - began
    with warehouse.opened() as file:
        duck, duck_by_hand = _in_turn(
            lambda: warehouse.count(definition, party, at=at, file=file),
            lambda: int(
                file.execute(by_hand.replace("SELECT FROM", "SELECT 1 FROM")).fetchone()[0]
            ),
        )
    notes: dict[str, float | str] = {
        "PostgreSQL, s": round(mine, 3),
        "by hand on PostgreSQL, s": round(theirs, 3),
        "everything the page shows, s": round(whole, 3),
        "the same of everyone on the list, s": round(all_of_them, 3),
        "DuckDB, s": round(duck, 3),
        "by hand on DuckDB, s": round(duck_by_hand, 3),
        "DuckDB's ratio (wanted: 0.6)": round(duck_by_hand / duck, 3),
        "first feed of the file, s": round(fed, 1),
    }
    print(*(f"  {name}: {value}" for name, value in notes.items()), sep="\n", flush=True)
    ran = f"{people:,} people, {facts:,} facts, the middle of {ROUNDS} counts, warm"
    return Outcome(figure=1 / mine, limit=1 / theirs, ran=ran, notes=notes)


def _definition(party: Any, at: datetime) -> dict[str, Any]:
    """In 65 seats, joined lately, reachable by e-mail, did one thing twice and another not."""
    from muster.audiences import definitions
    from muster.places import loading
    from muster.places.models import Place

    loading.load_packaged()
    seats = Place.objects.seats().order_by("code").values_list("code", flat=True)[:65]
    did = {"is": "did", "kind": "volunteered", "times": 2, "when": {"days": 30}}
    written = {"is": "did", "kind": "message delivered", "times": 1, "when": {"days": 30}}
    joined = {"since": (at - timedelta(days=1200)).date().isoformat()}
    who = [
        {"is": "place", "places": list(seats)},
        {"is": "joined", "when": joined},
        {"is": "reach", "channel": "email"},
        did,
        {"not": written},
    ]
    return dict(definitions.read({"who": {"all": who}}, party))


def _fill(party: Any, people: int, facts: int, at: datetime) -> None:
    from django.db import connection

    from muster.journal import months
    from muster.places.models import Place

    for back in range(13):
        months.make_ahead(at - timedelta(days=30 * back))
    seats = list(Place.objects.seats().values_list("id", flat=True))
    asked = {"of": party.pk, "seats": seats, "many": people, "at": at, "kinds": list(KINDS)}
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, asked)
        # A person each, so that the file's facts are theirs.
        cursor.execute("ALTER TABLE people_person DISABLE TRIGGER touch_insert")
        cursor.execute(
            "INSERT INTO people_person (id, code, organisation_id, given_name, family_name, folded,"
            " postcode, address, seat_how, external_id, source, joined_at, changed_at)"
            " SELECT person_id, gen_random_uuid(), organisation_id, '', '', '', '', '', '', '', '',"
            " joined_at, joined_at FROM people_summary"
        )
        cursor.execute(FACTS, asked | {"facts": facts})
        cursor.execute("VACUUM ANALYZE people_summary")
        cursor.execute("VACUUM ANALYZE journal_fact")


def _by_hand(party: Any, definition: dict[str, Any], at: datetime) -> str:
    """The same instants and seats, in SQL as one would write it."""
    from muster.audiences import compiling
    from muster.audiences.criteria import Setting

    where, joined, _, did, written = compiling.resolve(definition, Setting(party, at))["who"]["all"]
    return BY_HAND.format(
        of=party.pk,
        seats=", ".join(map(str, where["seats"])),
        joined=joined["when"]["from"],
        since=did["when"]["from"],
        month=written["when"]["from"],
    )


def _in_turn(ours: Callable[[], int], by_hand: Callable[[], int]) -> tuple[float, float]:
    """The middle times of both, asked by turns; they must agree."""
    assert ours() == by_hand() > 0
    mine, theirs = [], []
    for _ in range(ROUNDS):
        mine.append(_timed(ours))
        theirs.append(_timed(by_hand))
    return median(mine), median(theirs)


def _timed(what: Callable[[], int]) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


if __name__ == "__main__":
    run(AUDIENCES, measure)
