"""What every command needs first: the folder, Django, a database that answers."""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from muster.lib import ports
from muster.lib.locks import Alone, Taken
from muster.lib.postgres import AlreadyRunning, CannotStart, Cluster

SERVED = "serve.json"
"""Where `muster serve` writes down the ports it found free."""
BASE = Path(__file__).resolve().parent.parent.parent


def var() -> Path:
    """The folder where this Muster keeps what it makes (`MUSTER_VAR`)."""
    return Path(os.environ.get("MUSTER_VAR", BASE / "var")).absolute()


def refuse(words: str) -> typer.Exit:
    """Say why not, on stderr, and end with exit code 1: `raise refuse("…")`."""
    print(words, file=sys.stderr)
    return typer.Exit(1)


def open_django() -> None:
    """Load Django; after this, rooms may be imported."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()


@contextmanager
def open_house() -> Iterator[None]:
    """A running database and a loaded Django, for one command.

    The database in `DATABASE_URL`, or the one `muster serve` keeps; where that is not running, it
    runs for as long as the command does.
    """
    if os.environ.get("DATABASE_URL"):
        _open_django_with_its_key()
        yield
        return
    cluster = Cluster(var() / "postgres", say=say)
    try:
        _start_or_share(cluster)
    except CannotStart as trouble:
        raise refuse(str(trouble)) from trouble
    try:
        _open_django_with_its_key()
        yield
    finally:
        cluster.stop()


def _open_django_with_its_key() -> None:
    _know_the_address()
    open_django()
    from muster.people import keys

    try:
        keys.check()
    except keys.WrongKey as refusal:
        raise refuse(str(refusal)) from refusal


def _know_the_address() -> None:
    """Links name the port on which `muster serve` listens just now, where nobody said another."""
    try:
        staff = int(json.loads((var() / SERVED).read_text())["staff"])
    except (OSError, ValueError, KeyError):
        return
    if ports.answers(staff):
        os.environ.setdefault("MUSTER_STAFF_ADDRESS", f"http://localhost:{staff}")


def _start_or_share(cluster: Cluster) -> None:
    """Use the server that `muster serve` keeps; one that another command keeps ends with it, so
    wait for that and start our own."""
    told = False
    while True:
        try:
            return cluster.start()
        except AlreadyRunning as other:
            if other.pid == Alone(_serve_lock()).written():
                return None
        if not told:
            say("Another command uses the database: waiting for it to end…")
            told = True
        time.sleep(0.5)


def _serve_lock() -> Path:
    return var() / "serve.lock"


@contextmanager
def alone() -> Iterator[None]:
    """Be the only supervisor of this folder, whichever database it uses."""
    var().mkdir(parents=True, exist_ok=True)
    lock = Alone(_serve_lock())
    try:
        lock.take()
    except Taken as taken:
        raise refuse(
            f"Muster is already running here (process {taken.pid}). Use that one, or stop it"
            f" first: kill {taken.pid}"
        ) from taken
    except OSError as trouble:
        raise refuse(f"{var()} cannot be used: {trouble.strerror}.") from trouble
    try:
        yield
    finally:
        lock.let_go()


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
