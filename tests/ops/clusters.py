"""Embedded servers for tests: quick ones, some in processes of their own."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from muster.lib.postgres import Cluster
from muster.lib.processes import Account

QUIET = {"fsync": "off", "shared_buffers": "16MB"}


def cluster(folder: Path, **asked: int) -> Cluster:
    return Cluster(folder, options=QUIET, say=lambda words: None, port=asked.get("port"))


def count(dsn: str, query: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[arg-type]
    assert row
    return int(row[0])


def write_something(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")


def fill(path: Path) -> None:
    """Write until the disk holds not one byte more."""
    with path.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            with contextlib.suppress(OSError):
                while file.write(b"x" * size) == size:
                    pass


def in_a_child_who_is(account: Account, act: Callable[[], None]) -> int:
    """Do it in a process of that user; 0 when it went well. (Their own Python may be out of reach,
    so the child is a copy of this one.)"""
    child = os.fork()
    if child == 0:
        ended = 1
        try:
            os.setgroups([])
            os.setgid(account.gid)
            os.setuid(account.uid)
            act()
            ended = 0
        except BaseException as trouble:
            print(trouble, file=sys.stderr, flush=True)
        finally:
            os._exit(ended)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def start_and_ask(folder: Path) -> None:
    with cluster(folder) as server:
        assert count(server.dsn, "SELECT 1") == 1


def started_elsewhere(folder: Path) -> subprocess.Popen[bytes]:
    """A supervisor of its own, which has its server up when this returns."""
    words = (
        "import time; from pathlib import Path; from muster.lib.postgres import Cluster\n"
        f"with Cluster(Path({str(folder)!r}), options={QUIET!r}, say=lambda words: None):\n"
        "    print('up', flush=True); time.sleep(600)\n"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", words], stdout=subprocess.PIPE)
    assert supervisor.stdout
    assert supervisor.stdout.readline() == b"up\n"
    return supervisor


def wait_until(is_so: Callable[[], bool]) -> None:
    for _ in range(200):
        if is_so():
            return
        time.sleep(0.05)
    raise AssertionError("it never came about")
