"""People on a journey: heard of in the journal, let in, sent down two sides, tagged, and put among
what goes out. The limit is the same rows written by plain statements, one for each table and step,
in the same run; what is delivered afterwards is `release_email`'s to measure.
"""

import os
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.harness import Benchmark, Outcome, run
from benchmarks.release_email import Releases
from muster.lib import ports

JOURNEYS = Benchmark(
    "journeys",
    "steps that people take on a journey, against the same rows by plain statements",
    unit="steps/s",
    target=0.2,
)
STEPS = 5  # that each takes: branch, tag, send, wait; and coming onto it
DID = (
    "INSERT INTO journal_fact (organisation_id, kind, person_id, source, about_kind, codes, at)"
    " SELECT organisation_id, 'volunteered', id, '', '', '{}', now() FROM people_person"
    " WHERE organisation_id = %(organisation)s"
)
PLAIN = [
    "CREATE TABLE plain_traveller (LIKE messaging_traveller INCLUDING ALL)",
    "CREATE TABLE plain_passage (LIKE messaging_passage INCLUDING ALL)",
    "CREATE TABLE plain_fact (LIKE journal_fact INCLUDING ALL)",
    "CREATE TABLE plain_tag (LIKE people_persontag INCLUDING ALL)",
    "CREATE TABLE plain_change (LIKE people_personchange INCLUDING ALL)",
    "CREATE TABLE plain_delivery (LIKE messaging_delivery INCLUDING ALL)",
    "INSERT INTO plain_traveller SELECT * FROM messaging_traveller",
    "INSERT INTO plain_fact SELECT * FROM journal_fact WHERE kind = 'entered a journey'",
    *["UPDATE plain_traveller SET arrived_at = now(), due_at = now()"] * 3,
    "INSERT INTO plain_passage SELECT * FROM messaging_passage",
    "INSERT INTO plain_tag SELECT * FROM people_persontag",
    "INSERT INTO plain_change SELECT * FROM people_personchange",
    "INSERT INTO plain_delivery SELECT * FROM messaging_delivery",
]


def measure(full: bool) -> Outcome:
    """Everybody volunteers at once; until all of them wait at the last step."""
    people = int(os.environ.get("BENCH_PEOPLE") or (1_000_000 if full else 100_000))
    releases = Releases(ports.any_free(), people)
    journey = _journey(releases)
    _run(DID, {"organisation": journey.organisation_id})
    entered_s, walked_s = _walk(journey)
    plain_s = _timed(PLAIN)
    whole = entered_s + walked_s
    return Outcome(
        figure=people * STEPS / whole,
        limit=people * STEPS / plain_s,
        ran=f"{people:,} people, each heard of, let in, branched, tagged, put among what goes out;"
        " one process",
        notes={
            "coming onto it": f"{people / entered_s:,.0f} people a second",
            "walking": f"{people * (STEPS - 1) / walked_s:,.0f} steps a second",
            "all of it": f"{whole:.1f} s",
        },
    )


def _journey(releases: Releases) -> Any:
    from muster.content import approving
    from muster.content.masters import Words
    from muster.messaging import drafting
    from muster.messaging.journeys import editing, making, starting
    from muster.messaging.journeys.editing import Spot

    at, by = datetime.now(UTC), releases.author
    words = Words("Thanks", "Thank you", "Dear {first_name|friend},\n\nThank you.", "I help")
    letter = drafting.draft_for_journeys(
        by.organisation, words, page=releases.page, account=releases.account, by=by, at=at
    )
    approving.approve(letter.master, releases.approver, at, at + timedelta(days=30))
    made = making.make(by.organisation, "Walked", by=by, at=at)
    making.set_start(made, {"kind": "fact", "fact": "volunteered"}, by=by, at=at)
    editing.add(made, "wait", {"minutes": 60}, Spot(), by=by, at=at)
    editing.add(made, "send", {"message": letter.pk}, Spot(), by=by, at=at)
    fork = editing.add(made, "branch", {"on": "reply"}, Spot(), by=by, at=at)
    for side in ("yes", "no"):
        editing.add(made, "tag", {"tag": f"Said {side}"}, Spot(fork, side), by=by, at=at)
    return starting.start(made, by=by, at=at)


def _walk(journey: Any) -> tuple[float, float]:
    """Seconds until all came onto it, and until all had walked to the wait."""
    from muster.messaging.journeys import entering, walking
    from muster.organisations.scoping import acting_for

    with acting_for(journey.organisation_id):
        began = time.perf_counter()
        while entering.take_in(journey.pk, datetime.now(UTC)):
            pass
        entered = time.perf_counter()
        walking.walk(journey.pk, datetime.now(UTC))
        return entered - began, time.perf_counter() - entered


def _timed(statements: list[str]) -> float:
    began = time.perf_counter()
    for statement in statements:
        _run(statement, None)
    return time.perf_counter() - began


def _run(statement: str, asked: Any) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, asked)


if __name__ == "__main__":
    run(JOURNEYS, measure)
