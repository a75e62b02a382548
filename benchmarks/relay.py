"""A relay that takes 200 ms over each message, on 50 connections: what one sender process gets
through it, against smtp-source on as many connections; then two senders on two hosts (network
namespaces, made and removed here; left out with a line where that is not allowed).
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from benchmarks.harness import Benchmark, Outcome, run
from benchmarks.release_email import Releases, program
from muster.lib import ports

RELAY = Benchmark(
    "relay",
    "e-mails through a relay that takes 200 ms over each, on 50 connections, by one sender process",
    unit="e-mails/s",
    target=0.95,
)
CONNECTIONS = 50
HOSTS = ("muster-bench-a", "muster-bench-b")


def measure(full: bool) -> Outcome:
    people = int(os.environ.get("BENCH_PEOPLE") or (80_000 if full else 20_000))
    port = ports.any_free()
    with relay(port):
        releases = Releases(port, people)
        releases.account.connections = CONNECTIONS
        releases.account.save(update_fields=["connections"])
        limit = source(port, people // 2, releases.size)
        with sender():
            one = releases.release(1)
        notes: dict[str, float | str] = {"one sender": round(one, 1)}
        if problem := no_hosts():
            notes["two hosts"] = f"left out: {problem}"
        else:
            with hosts(port) as beginnings, ExitStack() as both:
                at_most = source(port, people // 4, releases.size, beginnings)
                for beginning in beginnings:
                    both.enter_context(sender(*beginning))
                two = releases.release(2)
            notes["two hosts"] = round(two, 1)
            notes["smtp-source on both hosts"] = round(at_most, 1)
            notes["two hosts, of one"] = round(two / one, 3)
    return Outcome(
        figure=one,
        limit=limit,
        ran=f"{people:,} people, {releases.size:,} bytes a message; smtp-source -s {CONNECTIONS}",
        notes=notes,
    )


@contextmanager
def relay(port: int) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.slow_relay", str(port)])
    try:
        while not ports.answers(port):
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.wait()


def source(
    port: int, messages: int, size: int, beginnings: Sequence[tuple[str, ...]] = ((),)
) -> float:
    """Messages a second of Postfix's own client on as many connections, each kept open; of one on
    each host together, `messages` of each, where it begins so."""
    began = time.perf_counter()
    sources = [
        subprocess.Popen(
            [
                *(*beginning, program("smtp-source"), "-d", "-s", str(CONNECTIONS)),
                *("-m", str(messages), "-l", str(size), "-f", "a@example.org"),
                *("-t", "b@example.org", f"127.0.0.1:{port}"),
            ],
            stdout=subprocess.DEVNULL,
        )
        for beginning in beginnings
    ]
    if any(source.wait() for source in sources):
        sys.exit("smtp-source could not send.")
    return len(sources) * messages / (time.perf_counter() - began)


@contextmanager
def sender(*beginning: str) -> Iterator[None]:
    """One worker process, as `muster serve` starts it; `beginning`: what puts it on a host."""
    from django.db import connection

    from benchmarks.release_email import count

    before = count(connection, "procrastinate_workers")
    process = subprocess.Popen([*beginning, sys.executable, "-m", "muster.cli.programs.work"])
    try:
        while count(connection, "procrastinate_workers") == before:
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)


def no_hosts() -> str:
    """Why no network namespaces can be made here; empty: they can."""
    made = subprocess.run(["ip", "netns", "add", HOSTS[0]], capture_output=True, text=True)
    if made.returncode:
        return made.stderr.strip() or "ip netns is not allowed"
    subprocess.run(["ip", "netns", "delete", HOSTS[0]], check=True)
    return ""


@contextmanager
def hosts(port: int) -> Iterator[list[tuple[str, ...]]]:
    """Two hosts with a network each of their own, from which only the database and the relay are
    reached."""
    from django.db import connection

    database = str(connection.settings_dict["PORT"] or 5432)
    doors = []
    try:
        for name in HOSTS:
            subprocess.run(["ip", "netns", "add", name], check=True)
            inside = ("ip", "netns", "exec", name)
            subprocess.run([*inside, "ip", "link", "set", "lo", "up"], check=True)
            there = [*inside, sys.executable, "-m", "benchmarks.host_door", str(os.getpid())]
            door = subprocess.Popen([*there, str(port), database], stdout=subprocess.PIPE)
            doors.append(door)
            assert door.stdout is not None
            door.stdout.readline()
        yield [("ip", "netns", "exec", name) for name in HOSTS]
    finally:
        for door in doors:
            door.terminate()
            door.wait()
        for name in HOSTS:
            subprocess.run(["ip", "netns", "delete", name], check=False)


if __name__ == "__main__":
    run(RELAY, measure)
