"""One large list that several benchmarks share: made once, kept, and used by whoever comes next.

Ten million people and fifty million facts with FULL=1, a tenth of that without (BENCH_PEOPLE: as
many as it says); beside them a second organisation, a twentieth of the size. It lives in
`MUSTER_VAR/bench/list-…` with a server of its own. One that is not whole is made anew.

A measure on it only reads:

    def measure(full: bool) -> Outcome:
        found = large_list.of_it()

    run(FIND_PEOPLE, measure, on_large_list=True)
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.harness import VAR, Benchmark, Outcome, run

LARGE_LIST = Benchmark(
    "large_list",
    "the list that other benchmarks share, filled once and kept",
    unit="minutes",
    target=30.0,
    judged="at most",
)
SIZES = {True: 10_000_000, False: 1_000_000}
FACTS_EACH = 5
# Nothing is lost if the filling is cut off: it is made anew. Durable once it is whole.
FILLING = {
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "maintenance_work_mem": "1GB",
    "work_mem": "512MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "1h",
}
BY_ITSELF = "from benchmarks import large_filling; large_filling.fill({}, {})"


@dataclass(frozen=True)
class LargeList:
    """What a benchmark finds: an organisation, when its list was made, and how large it is."""

    party: Any
    at: datetime
    people: int
    facts: int

    @property
    def words(self) -> str:
        return f"{self.people:,} people, {self.facts:,} facts"


def of_it() -> LargeList:
    """The list in the database that is open."""
    from muster.organisations.models import Organisation

    whole = json.loads(_whole("--full" in sys.argv).read_text())
    party = Organisation.objects.get(slug="bench")
    at = datetime.fromisoformat(whole["at"])
    return LargeList(party, at, whole["people"], whole["facts"])


@contextmanager
def database(*, full: bool) -> Iterator[str]:
    """The DSN of the list; it is filled first where it is not there."""
    from muster.lib.postgres import Cluster

    whole = _whole(full)
    if not whole.exists():
        _fill(whole, _people(full))
    with Cluster(whole.parent, say=lambda words: None) as cluster:
        yield cluster.dsn


def _people(full: bool) -> int:
    return int(os.environ.get("BENCH_PEOPLE") or SIZES[full])


def _whole(full: bool) -> Path:
    """A file that is there once the list is."""
    return VAR / "bench" / f"list-{_people(full)}" / "whole.json"


def _fill(whole: Path, people: int) -> None:
    from muster.lib.postgres import Cluster

    began = time.monotonic()
    facts = people * FACTS_EACH
    with Cluster(whole.parent, options=FILLING, say=print) as cluster:
        with psycopg.connect(cluster.dsn, dbname="postgres", autocommit=True) as server:
            server.execute("DROP DATABASE IF EXISTS muster WITH (FORCE)")
            server.execute("CREATE DATABASE muster TEMPLATE template0")
        # In a process of its own: Django stays with the server it first met.
        subprocess.run(
            [sys.executable, "-c", BY_ITSELF.format(people, facts)],
            env=os.environ | {"DATABASE_URL": cluster.dsn},
            check=True,
        )
        with psycopg.connect(cluster.dsn) as own:
            told = own.execute(
                "SELECT obj_description(to_regclass('people_person'), 'pg_class'),"
                " pg_database_size(current_database())"
            ).fetchone()
    os.sync()
    at, size = told or ("", 0)
    minutes = (time.monotonic() - began) / 60
    known = {"at": at, "people": people, "facts": facts, "minutes": minutes, "bytes": size}
    whole.write_text(json.dumps(known, indent=2) + "\n")


def measure(full: bool) -> Outcome:
    """What filling it took, now or when it was."""
    whole = json.loads(_whole(full).read_text())
    notes = {"on disk, GB": round(whole["bytes"] / 1e9, 1)}
    return Outcome(figure=whole["minutes"], ran=of_it().words, notes=notes)


if __name__ == "__main__":
    run(LARGE_LIST, measure, on_large_list=True)
