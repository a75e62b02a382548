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
FLOWING = 40  # letters of the seat that is then held
QUIET = 3.0  # seconds watched afterwards


def measure(full: bool) -> Outcome:
    """While a launch is in full flow, hold a seat, then stop everything."""
    from muster.launches import going, holding, stopping
    from muster.lib.times import now

    with launches.programs():
        ready = launches.prepare(SEATS, PEOPLE)
        launches.have_network(**SLOW)
        launch, ada = ready.launch, ready.gathered.ada
        going.go(launch, by=ada, at=now())
        seat = launch.places()[-1]
        wait_for_flow(launch, seat.pk)
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


def wait_for_flow(launch: Any, seat: int) -> None:
    """Until so many letters of this seat went out that it is in the middle of it."""
    from muster.launches.standing import standing

    limit = time.monotonic() + 120
    while time.monotonic() < limit:
        now_stands = next(s for s in standing(launch).seats if s.place_id == seat)
        if now_stands.items["email"].delivered >= FLOWING:
            return
        time.sleep(0.1)


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
    with launches.house():
        run(STOP, measure)
