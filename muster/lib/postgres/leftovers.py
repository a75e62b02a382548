"""What a server that was killed leaves behind, and when it is safe to clear it away."""

import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from muster.lib.postgres.settings import mark_of
from muster.lib.postgres.troubles import CannotStart


def status(data: Path, pid: int) -> str:
    """What the server with this process number says of itself: starting, ready, stopping or ""."""
    lines = _pid_file(data)
    if len(lines) < 8 or lines[0].strip() != str(pid):
        return ""
    return lines[7].strip()


def clear(data: Path, say: Callable[[str], None]) -> None:
    """Make way for a start: wait for our own server left over from before, end it if it stays.

    A server in the folder that we did not start is left alone: `CannotStart`. A process number
    that now belongs to some other program (they are used again after a restart of the machine)
    would stop PostgreSQL for no reason: its file is removed.
    """
    lines = _pid_file(data)
    if not lines or not lines[0].strip().lstrip("-").isdigit():
        return
    found = _server_on(data, abs(int(lines[0])))
    if found is None:
        (data / "postmaster.pid").unlink(missing_ok=True)
    elif mark_of(data) not in " ".join(found.cmdline()):
        raise CannotStart(
            f"Another database server (process {found.pid}) uses {data}. It was left alone:"
            " stop it first, or choose another folder with MUSTER_VAR."
        )
    else:
        _see_off(found, say)


def _pid_file(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []


def _server_on(data: Path, pid: int) -> psutil.Process | None:
    """The process, if it is a PostgreSQL server working in this folder."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE or "postgres" not in process.name():
            return None
        here = data.resolve()
        words = process.cmdline()
        return process if str(here) in words or Path(process.cwd()) == here else None
    except psutil.NoSuchProcess:
        return None
    except psutil.AccessDenied as closed:
        raise CannotStart(
            f"A process of another user ({pid}) may be using {data}. It was left alone: stop it"
            " first, or start Muster as that user."
        ) from closed


def _see_off(server: psutil.Process, say: Callable[[str], None]) -> None:
    """Our own server, whose supervisor was killed: it was told to stop when that died."""
    say(f"Waiting for the database server of the last run (process {server.pid}) to end…")
    began = time.monotonic()
    told = False
    while server.is_running() and server.status() != psutil.STATUS_ZOMBIE:
        if not told and time.monotonic() - began > 3:
            server.send_signal(signal.SIGINT)
            told = True
        time.sleep(0.05)
