"""The same e-mails released with a signature each (DKIM, RSA-2048), against bare signatures by as
many processes as there are cores."""

import statistics
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks import costs
from benchmarks.dkim import _bare
from benchmarks.harness import Benchmark, Outcome, run
from benchmarks.release_email import SEATS, WORKERS, Releases, smtp_sink, workers
from muster.lib import ports

SIGNED = Benchmark(
    "signed_email",
    "e-mails released through the whole path with a signature each, against two cores' RSA-2048",
    unit="e-mails/s",
    target=0.5,
)
SECONDS = 5.0


def measure(full: bool) -> Outcome:
    people = 1_000_000 if full else 100_000
    port = ports.any_free()
    limits = [bare()]
    with smtp_sink(port), workers() as pids, costs.watched(pids) as most:
        releases = Releases(port, people)
        sign(releases)
        before = costs.cpu_seconds()
        figure = releases.release(1)
        on = costs.spent(before, costs.cpu_seconds(), people)
    limits.append(bare())
    return Outcome(
        figure=figure,
        limit=statistics.mean(limits),
        ran=f"{people:,} people in {SEATS} seats, {releases.size:,} bytes a message with its"
        f" signature, {WORKERS} worker processes; signatures alone before and after",
        notes={
            "processor for one message": on,
            "PSS of each sender, at most": costs.each(most),
            "from Go to the first handed over": f"{releases.first_s:.2f} s",
            "limits": str([round(x) for x in limits]),
        },
    )


def bare() -> float:
    """Signatures a second of two processes that do nothing else."""
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as processes:
        list(processes.map(_bare, [0.1] * WORKERS))
        return sum(processes.map(_bare, [SECONDS] * WORKERS))


def sign(releases: Releases) -> None:
    """Let the account's mail be signed from now on."""
    from muster.channels import signing
    from muster.lib.times import now

    signing.make(releases.account, by=releases.author, at=now())
    signing.begin(releases.account, by=releases.author, at=now())
    releases.size = releases.measure_size("A signed one")


if __name__ == "__main__":
    run(SIGNED, measure)
