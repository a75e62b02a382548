"""A PostgreSQL server for the tests: started before Django looks for one, ended with the session.

`DATABASE_URL` names another one instead. Sessions side by side get a server each; the workers of
one session share its own. When migrations changed since last time, the test database is made anew.
"""

import hashlib
import os
from collections.abc import Generator
from pathlib import Path

import pytest

from muster.lib.postgres import AlreadyRunning, Cluster

BASE = Path(__file__).parent.parent
VAR = Path(os.environ.get("MUSTER_VAR", BASE / "var"))
# Nothing in a test database is worth a wait for the disk.
QUICK = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}

_started: list[Cluster] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    if not os.environ.get("DATABASE_URL"):
        cluster = _own_server()
        _started.append(cluster)
        os.environ["DATABASE_URL"] = cluster.dsn
        if _migrations_changed(cluster.folder / "migrations"):
            early_config.known_args_namespace.create_db = True
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    if _started and getattr(config.known_args_namespace, "create_db", False):
        config.option.create_db = True


def pytest_unconfigure() -> None:
    while _started:
        _started.pop().stop()


def _own_server() -> Cluster:
    for number in range(1, 50):
        cluster = Cluster(VAR / f"test-postgres-{number}", options=QUICK, say=lambda words: None)
        try:
            cluster.start()
        except AlreadyRunning:
            continue
        return cluster
    raise RuntimeError("49 test sessions are running: end some")


def _migrations_changed(kept: Path) -> bool:
    digest = hashlib.sha256()
    for path in sorted((BASE / "muster").glob("*/migrations/*.py")):
        digest.update(path.read_bytes())
    fresh = digest.hexdigest()
    changed = not kept.exists() or kept.read_text() != fresh
    kept.write_text(fresh)
    return changed
