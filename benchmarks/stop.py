"""How long after the press of Hold or Stop the last thing is handed over, by the other side's own
clock: the mail server's and the network's."""

import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from benchmarks import launches
from benchmarks.harness import Benchmark, Outcome, run

STOP = Benchmark(
    "stop",
    "hold one seat; stop all: the last hand-over after the press",
    unit="s",
    target=1.0,
    judged="at most",
)
SEATS, PEOPLE = 50, 100_000
SLOW = {"per_second": 5}  # calls a second, so that posts and ads are still going
QUIET = 3.0  # seconds watched afterwards


def measure(full: bool) -> Outcome:
    """While a launch is in full flow, hold a seat, then stop everything."""
    from muster.launches import going, holding, stopping
    from muster.lib.times import now

    with launches.programs() as told:
        ready = launches.prepare(SEATS, PEOPLE)
        launches.have_network(told["MUSTER_PRETEND_ADDRESS"], **SLOW)
        launch, ada = ready.launch, ready.gathered.ada
        going.go(launch, by=ada, at=now())
        time.sleep(4)
        seat = launch.places()[-1]
        held = last_after(
            launch,
            lambda: holding.hold(launch, seat, by=ada, at=now(), reason="Measured"),
            seat.code,
        )
        stopped = last_after(launch, lambda: stopping.stop_all(launch, by=ada, at=now()))
    return Outcome(
        figure=max(held, stopped),
        ran=f"one launch to {PEOPLE:,} people in {SEATS} seats in full flow; one seat held, then"
        " everything stopped",
        notes={"hold one seat": f"{held:.3f} s", "stop all": f"{stopped:.3f} s"},
    )


def last_after(launch: Any, press: Callable[[], object], seat: str = "") -> float:
    """Seconds from the press to the last thing taken, in one seat or everywhere."""
    from muster.cli.demonstration import judging
    from muster.lib.times import now

    pressed_at: datetime = now()
    press()
    time.sleep(QUIET)
    times = [at for code, _, at in judging.taken(launch) if not seat or code == seat]
    if not any(0 <= (pressed_at - at).total_seconds() < QUIET for at in times):
        sys.exit("Nothing was going when it was pressed: this measured nothing.")
    return max(0.0, (max(times) - pressed_at).total_seconds())


if __name__ == "__main__":
    with launches.folder():
        run(STOP, measure)
