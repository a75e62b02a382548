"""Measuring: Muster's figure, the limit of this machine in the same run, and their ratio.

A benchmark is a module `benchmarks/NAME.py`:

    from benchmarks.harness import Benchmark, Outcome, run

    SIGN_UP = Benchmark("sign_up", "sign-up POSTs, against pgbench doing the same inserts",
                        unit="sign-ups/s", target=0.20)

    def measure(full: bool) -> Outcome:
        from muster... import ...          # Django is ready, the database empty and migrated
        return Outcome(figure=…, limit=…, ran="4,000 POSTs on 16 connections")

    if __name__ == "__main__":
        run(SIGN_UP, measure)

It runs alone (`python -m benchmarks.NAME [--full]`) or by `make bench`. The result is written to
`var/bench/NAME.json`. The database is one of its own, durable as in earnest: on the server in
`DATABASE_URL`, or on an embedded one that lasts as long as the run. `BENCH_KEEP=1` keeps what an
earlier run left in it, for a benchmark that knows how to use that.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import psycopg
from psycopg.conninfo import conninfo_to_dict

BASE = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("MUSTER_VAR", BASE / "var")).absolute()


@dataclass(frozen=True)
class Benchmark:
    """What is measured, and when it is good enough.

    `judged` says what `target` bounds: the "ratio" of figure to limit (at least), or the figure
    itself, "at least" or "at most".
    """

    name: str
    what: str
    unit: str
    target: float
    judged: Literal["ratio", "at least", "at most"] = "ratio"


@dataclass(frozen=True)
class Outcome:
    """`limit` is what this machine can do at most, measured in the same run; None: there is none.

    `ran` says what was run, so that someone else can judge it. `notes` are further figures.
    """

    figure: float
    ran: str
    limit: float | None = None
    notes: dict[str, float | str] | None = None


@dataclass(frozen=True)
class Result:
    name: str
    what: str
    figure: float
    unit: str
    limit: float | None
    ratio: float | None
    target: float
    judged: str
    met: bool
    ran: str
    notes: dict[str, float | str]


def run(
    benchmark: Benchmark, measure: Callable[[bool], Outcome], *, on_large_list: bool = False
) -> None:
    """Measure in a database of its own, write the result down, and end with 1 if not met.

    `on_large_list`: in the one that such benchmarks share (`benchmarks/large_list.py`).
    """
    from benchmarks import large_list

    full = "--full" in sys.argv[1:]
    with large_list.database(full=full) if on_large_list else database(benchmark.name) as dsn:
        os.environ["DATABASE_URL"] = dsn
        open_django()
        outcome = measure(full)
    result = judge(benchmark, outcome)
    write(result)
    print(sentence(result), flush=True)
    sys.exit(0 if result.met else 1)


def judge(benchmark: Benchmark, outcome: Outcome) -> Result:
    ratio = outcome.figure / outcome.limit if outcome.limit else None
    if benchmark.judged == "ratio":
        met = ratio is not None and ratio >= benchmark.target
    elif benchmark.judged == "at least":
        met = outcome.figure >= benchmark.target
    else:
        met = outcome.figure <= benchmark.target
    return Result(
        name=benchmark.name,
        what=benchmark.what,
        figure=outcome.figure,
        unit=benchmark.unit,
        limit=outcome.limit,
        ratio=ratio,
        target=benchmark.target,
        judged=benchmark.judged,
        met=met,
        ran=outcome.ran,
        notes=outcome.notes or {},
    )


def write(result: Result) -> Path:
    path = VAR / "bench" / f"{result.name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(result), indent=2) + "\n")
    return path


def sentence(result: Result) -> str:
    words = [f"{'met ' if result.met else 'MISSED'} {result.name}: "]
    words.append(f"{result.figure:,.4g} {result.unit}")
    if result.limit is not None:
        words.append(f", limit {result.limit:,.4g}, ratio {result.ratio:.3f}")
    bound = {"ratio": "ratio at least"}.get(result.judged, result.judged)
    words.append(f" (wanted: {bound} {result.target:g}). {result.ran}")
    return "".join(words)


@contextmanager
def database(name: str) -> Iterator[str]:
    """The DSN of a database for one benchmark, empty unless BENCH_KEEP=1."""
    with _server() as dsn:
        own = f"bench_{name}"
        keep = os.environ.get("BENCH_KEEP") == "1"
        with psycopg.connect(dsn, autocommit=True) as connection:
            if not keep:
                connection.execute(f'DROP DATABASE IF EXISTS "{own}" WITH (FORCE)'.encode())
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [own])
            if not found.fetchone():
                connection.execute(f'CREATE DATABASE "{own}" TEMPLATE template0'.encode())
        fields = conninfo_to_dict(dsn)
        yield (
            f"postgresql://{fields['user']}:{fields.get('password', '')}"
            f"@{fields['host']}:{fields.get('port', 5432)}/{own}"
        )


@contextmanager
def _server() -> Iterator[str]:
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    from muster.lib.postgres import Cluster

    with Cluster(VAR / "bench" / "postgres", say=lambda words: None) as cluster:
        yield cluster.dsn


def open_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from muster.journal import months
    from muster.lib.times import now

    call_command("migrate", verbosity=0, interactive=False)
    months.make_ahead(now())
