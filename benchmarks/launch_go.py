"""Go, for every seat there is: from the press to the last seat being live.

A seat is live when the mail server has taken its first e-mail and the network its post and its ad;
by their own logs, which stand beside Muster's reckoning in the notes.
"""

import os
import statistics
import time
from datetime import datetime
from typing import Any

from benchmarks import launches
from benchmarks.harness import Benchmark, Outcome, run

GO = Benchmark(
    "launch_go",
    "from Go to the last seat live: its first e-mail, its post and its ad taken",
    unit="s",
    target=5.0,
    judged="at most",
)
SEATS = 650
PATIENCE = 120


def measure(full: bool) -> Outcome:
    """One press; then as long as it takes until every seat is live, and stop."""
    people = int(os.environ.get("BENCH_PEOPLE", 1_000_000 if full else 65_000))
    with launches.programs():
        ready = launches.prepare(SEATS, people)
        went_at, pressed_s, stands = go(ready)
        live = live_by_the_logs(ready.launch, went_at)
        stop(ready)
    return Outcome(
        figure=max(live),
        ran=f"one launch to {people:,} people in {SEATS} seats, e-mail, post with card, ad and page"
        f" each; {os.cpu_count()} cores",
        notes={
            "seats live by the logs": len(live),
            "first, median by the logs": f"{min(live):.2f} s, {statistics.median(live):.2f} s",
            "last by our own tables": f"{stands.last_s or 0:.2f} s",
            "the press itself": f"{pressed_s:.2f} s",
            "arming, everyone laid out": f"{ready.armed_s:.1f} s",
        },
    )


def go(ready: launches.Prepared) -> tuple[datetime, float, Any]:
    """Press, and wait until every seat is live; when it was, how long the press took, the end."""
    from muster.launches import going
    from muster.launches.standing import standing
    from muster.lib.times import now

    went_at, began = now(), time.perf_counter()
    going.go(ready.launch, by=ready.gathered.ada, at=went_at)
    pressed_s = time.perf_counter() - began
    limit = time.monotonic() + PATIENCE
    while (stands := standing(ready.launch)).seats_live < stands.seats_asked:
        if time.monotonic() > limit:
            break
        time.sleep(0.25)
    return went_at, pressed_s, stands


def live_by_the_logs(launch: Any, went_at: datetime) -> list[float]:
    """For each seat that is: seconds from Go until the last of the three was taken."""
    from muster.cli.demonstration import judging

    firsts: dict[str, dict[str, float]] = {}
    for seat, kind, at in judging.taken(launch):
        firsts.setdefault(seat, {}).setdefault(kind, (at - went_at).total_seconds())
    return [max(times.values()) for times in firsts.values() if len(times) == 3]


def stop(ready: launches.Prepared) -> None:
    from muster.launches import stopping
    from muster.lib.times import now

    stopping.stop_all(ready.launch, by=ready.gathered.ada, at=now())


if __name__ == "__main__":
    with launches.house():
        run(GO, measure)
