"""Arming: deliveries laid out in fair turns, those who can be written to first.

The limit is the same number of rows, of the same width and in the same order of people, put by a
plain INSERT … SELECT into a table of the same shape and indexes. Noted beside it: how long Go
itself takes, and adding who joined since.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.harness import Benchmark, Outcome, run
from benchmarks.release_email import Releases

ARM = Benchmark(
    "arm",
    "deliveries laid out in turns when a launch is armed, the time a million would take",
    unit="s a million",
    target=30.0,
    judged="at most",
)
JOINED = 500

PLAIN = """
CREATE TABLE bench_plain (LIKE messaging_delivery INCLUDING DEFAULTS INCLUDING CONSTRAINTS,
                          PRIMARY KEY (month, sending_id, person_id));
CREATE INDEX ON bench_plain (sending_id, chunk, turn);
"""
INSERT = """
INSERT INTO bench_plain (organisation_id, month, sending_id, person_id, place_id, turn, chunk,
                         due_at)
SELECT organisation_id, '2026-05-01', 1, id, seat_id, 1, 0, now() FROM people_person
"""
JOIN = """
INSERT INTO people_person (organisation_id, code, given_name, family_name, folded, postcode,
                           address, seat_id, seat_how, external_id, source, joined_at)
SELECT organisation_id, gen_random_uuid(), given_name, 'Joined', '', '', '', seat_id, 'said', '',
       '', %s
  FROM people_person LIMIT %s
"""


def measure(full: bool) -> Outcome:
    people = 1_000_000 if full else 200_000
    releases = Releases(port=9, people=people)
    sending = _armed_later(releases)
    plain = seconds_of(_plain)

    armed = seconds_of(lambda: _lay_out(sending))
    _join(releases)
    went = seconds_of(lambda: _go(releases, sending))
    topped_up = seconds_of(lambda: _top_up(sending))

    _check(sending, people)
    return Outcome(
        figure=armed * 1_000_000 / people,
        limit=plain * 1_000_000 / people,
        ran=f"{people:,} people in {releases.targets.targets.count()} seats",
        notes={
            "laid out": f"{armed:.2f} s",
            "plain INSERT … SELECT": f"{plain:.2f} s",
            "Go": f"{went * 1000:.0f} ms",
            f"topped up by {JOINED}": f"{topped_up:.2f} s",
        },
    )


def seconds_of(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _armed_later(releases: Releases) -> Any:
    from muster.messaging import arming
    from muster.messaging.models import Message

    message = releases._message("To arm")
    Message.objects.filter(pk=message.pk).update(goes_with_launch=True)
    return arming.arm(message, by=releases.author, at=releases.at)


def _plain() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(PLAIN)
        cursor.execute(INSERT)
        cursor.execute("DROP TABLE bench_plain")


def _lay_out(sending: Any) -> None:
    from muster.lib.times import now
    from muster.messaging import laying_out

    laying_out.lay_out(sending.pk, now())


def _join(releases: Releases) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(JOIN, [releases.at, JOINED])


def _go(releases: Releases, sending: Any) -> None:
    from muster.lib.times import now
    from muster.messaging import arming

    arming.go(sending, by=releases.author, at=now())


def _top_up(sending: Any) -> None:
    from muster.lib.times import now
    from muster.messaging import topping_up

    topping_up.top_up(sending.pk, now())


def _check(sending: Any, people: int) -> None:
    from muster.messaging.standing import seats_of

    sending.refresh_from_db()
    waiting = sum(seat.waiting for seat in seats_of(sending).values())
    if not sending.audience == waiting == people + JOINED:
        sys.exit(f"{waiting:,} wait and {sending.audience:,} are the audience.")


if __name__ == "__main__":
    run(ARM, measure)
