"""What it costs the senders that fifty people watch a launch live.

The same release as in `benchmarks.release_email`, in turns with nobody watching and with fifty
server-sent event streams open on the launch's page, read by a process of its own on this same
machine, beside the public app that serves them.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.harness import Benchmark, Outcome, run
from benchmarks.release_email import Releases, _wait_for, smtp_sink, workers
from muster.lib import ports

VIEWERS = Benchmark(
    "viewers",
    "e-mails a second with 50 people watching the launch live, against nobody watching",
    unit="e-mails/s",
    target=0.95,
)
MANY = 50
PAIRS = 5
PEOPLE, PEOPLE_FULL = 40_000, 100_000


def measure(full: bool) -> Outcome:
    """Release in pairs, the watched one first in every other pair."""
    people = int(os.environ.get("BENCH_PEOPLE", PEOPLE_FULL if full else PEOPLE))
    sink, public = ports.any_free(), ports.any_free()
    quiet: list[float] = []
    watched: list[float] = []
    events = 0
    with smtp_sink(sink), workers(), public_app(public):
        releases = Launches(sink, people)
        releases.go("Warming up", None)
        for pair in range(PAIRS):
            for is_watched in (pair % 2 == 0, pair % 2 == 1):
                name = f"Pair {pair}, {'watched' if is_watched else 'quiet'}"
                rate, seen = releases.go(name, public if is_watched else None)
                (watched if is_watched else quiet).append(rate)
                events += seen
    cost = statistics.median(1 - w / q for w, q in zip(watched, quiet, strict=True))
    return Outcome(
        figure=statistics.median(watched),
        limit=statistics.median(quiet),
        ran=f"{PAIRS} pairs of launches to {people:,} people in 200 seats, 2 worker processes,"
        f" {MANY} streams; {events / PAIRS / MANY:.1f} events a viewer and launch",
        notes={
            "cost, median of the pairs": f"{100 * cost:.1f}%",
            "watched": str([round(rate) for rate in watched]),
            "quiet": str([round(rate) for rate in quiet]),
        },
    )


class Launches(Releases):
    """Releases that are launches, so that they can be watched as one."""

    def go(self, name: str, public: int | None) -> tuple[float, int]:
        """Arm, go, wait for the end: e-mails a second, and events all viewers saw together."""
        from muster.lib.times import now
        from muster.messaging import arming

        launch = self._launch(name)
        sending = arming.arm(launch.message, by=self.author, at=now())
        _wait_for(sending, "armed")
        with watching(launch, public) as streams:
            at = now()
            type(launch).objects.filter(pk=launch.pk).update(
                sending=sending, sealed_at=at, went_at=at
            )
            began = time.perf_counter()
            arming.go(sending, by=self.author, at=at)
            _wait_for(sending, "finished")
            seconds = time.perf_counter() - began
        return self.people / seconds, streams()

    def _launch(self, name: str) -> Any:
        from muster.launches.models import Launch

        message = self._message(name)
        message.goes_with_launch = True
        message.save(update_fields=["goes_with_launch"])
        return Launch.objects.create(
            organisation=self.organisation,
            name=name,
            target_list=self.targets,
            page=self.page,
            message=message,
            made_by=self.author,
            made_at=self.at,
        )


@contextmanager
def public_app(port: int) -> Iterator[None]:
    """The public app, as `muster serve` starts it."""
    told = {"MUSTER_LISTEN": ports.LOOPBACK, "MUSTER_PUBLIC_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "muster.public.serving"],
        env={**os.environ, **told},
        stdout=subprocess.DEVNULL,
    )
    try:
        while not ports.answers(port):
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(15)


@contextmanager
def watching(launch: Any, port: int | None) -> Iterator[Any]:
    """Fifty viewers of the launch; the value tells afterwards how many events they saw."""
    if port is None:
        yield lambda: 0
        return
    from muster.lib import tickets
    from muster.lib.times import now

    ticket = tickets.make("launch", launch.pk, launch.organisation_id, None, at=now())
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.viewers", "watch", str(port), ticket],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    process.stdout.readline()  # all of them see the first event
    seen: list[int] = []
    try:
        yield lambda: seen[0]
    finally:
        out, _ = process.communicate("stop\n", timeout=30)
        seen.append(int(out.strip()))


async def watch(port: int, ticket: str) -> None:
    """Open the streams, say when each has had its first event, count events until told to stop."""
    firsts = [asyncio.Event() for _ in range(MANY)]
    counts = [0] * MANY

    def heard(number: int, events: int) -> None:
        counts[number] += events
        firsts[number].set()

    readers = [asyncio.create_task(_one(port, ticket, n, heard)) for n in range(MANY)]
    await asyncio.gather(*(first.wait() for first in firsts))
    print("watching", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    for reader in readers:
        reader.cancel()
    print(sum(counts), flush=True)


async def _one(port: int, ticket: str, number: int, heard: Any) -> None:
    reader, writer = await asyncio.open_connection(ports.LOOPBACK, port)
    writer.write(f"GET /live/{ticket} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    while part := await reader.read(1 << 16):
        if events := part.count(b"event: launch\n"):
            heard(number, events)


if __name__ == "__main__":
    if sys.argv[1:2] == ["watch"]:
        asyncio.run(watch(int(sys.argv[2]), sys.argv[3]))
    else:
        run(VIEWERS, measure)
