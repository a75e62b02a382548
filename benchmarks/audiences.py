"""Counting an audience of five conditions, two on the journal, against the best SQL by hand.

On the large list (a million people and five million facts; FULL: ten times as many), in the tables
and indexes of Muster. PostgreSQL and a DuckDB file fed from it; each side is asked in turn, several
times, in one session with the same settings, and the middle time counts.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from benchmarks import large_list
from benchmarks.harness import Benchmark, Outcome, run

AUDIENCES = Benchmark(
    "audiences",
    "audience count, five conditions with two on the journal, on PostgreSQL: against SQL by hand",
    unit="counts/s",
    target=0.8,
)
ROUNDS = 9
BY_HAND = """
SELECT count(*) FROM people_summary p
 WHERE organisation_id = {of} AND seat_id IN ({seats}) AND joined_at >= '{joined}' AND email >= 5
   AND person_id IN (SELECT person_id FROM journal_fact f WHERE organisation_id = {of}
        AND kind = 'volunteered' AND f.at >= '{since}' GROUP BY person_id HAVING count(*) >= 2)
   AND NOT EXISTS (SELECT FROM journal_fact f WHERE f.person_id = p.person_id
        AND organisation_id = {of} AND kind = 'message delivered' AND f.at >= '{month}')
"""


def measure(full: bool) -> Outcome:
    """Count on both sides and on both engines."""
    from muster.audiences import compiling, counting, warehouse

    large = large_list.of_it()
    party, at = large.party, large.at
    definition = _definition(party, at)
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
    widest = _definition(party, at, days=364, seats=650)
    wide = _timed_or_refused(compiling.sql("count", widest, party, at=at))
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
        "the five conditions in all seats over a whole year": wide,
        "DuckDB, s": round(duck, 3),
        "by hand on DuckDB, s": round(duck_by_hand, 3),
        "DuckDB's ratio (wanted: 0.6)": round(duck_by_hand / duck, 3),
        "first feed of the file, s": round(fed, 1),
    }
    print(*(f"  {name}: {value}" for name, value in notes.items()), sep="\n", flush=True)
    ran = f"{large.words}, the middle of {ROUNDS} counts, warm"
    return Outcome(figure=1 / mine, limit=1 / theirs, ran=ran, notes=notes)


def _definition(party: Any, at: datetime, *, days: int = 30, seats: int = 65) -> dict[str, Any]:
    """In these seats, joined lately, reachable by e-mail, did one thing twice and another not."""
    from muster.audiences import definitions
    from muster.places.models import Place

    where = Place.objects.seats().order_by("code").values_list("code", flat=True)[:seats]
    did = {"is": "did", "kind": "volunteered", "times": 2, "when": {"days": days}}
    written = {"is": "did", "kind": "message delivered", "times": 1, "when": {"days": days}}
    joined = {"since": (at - timedelta(days=700)).date().isoformat()}
    who = [
        {"is": "place", "places": list(where)},
        {"is": "joined", "when": joined},
        {"is": "reach", "channel": "email"},
        did,
        {"not": written},
    ]
    return dict(definitions.read({"who": {"all": who}}, party))


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


def _timed_or_refused(statement: str) -> str:
    """How long it takes; or that nobody is kept waiting so long."""
    from muster.audiences import counting
    from muster.audiences.rules import Unclear

    try:
        return f"{_timed(lambda: len(counting.ask(statement))):.2f} s"
    except Unclear:
        return f"refused as too slow after {counting.PATIENCE / 1000:.0f} s"


def _timed(what: Callable[[], int]) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


if __name__ == "__main__":
    run(AUDIENCES, measure, on_large_list=True)
