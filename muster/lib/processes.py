"""Starting other programs so that none outlives the one that started it."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Account:
    """A user of this machine."""

    name: str
    uid: int
    gid: int

    @classmethod
    def named(cls, name: str) -> "Account | None":
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            return None
        return cls(found.pw_name, found.pw_uid, found.pw_gid)

    @classmethod
    def numbered(cls, uid: int) -> "Account | None":
        try:
            found = pwd.getpwuid(uid)
        except KeyError:
            return None
        return cls(found.pw_name, found.pw_uid, found.pw_gid)


def die_with_parent(last_word: int = signal.SIGKILL) -> None:
    """Have the kernel send this process `last_word` when its parent dies, however it dies.

    Elsewhere than on Linux there is no such service, and nothing happens.
    """
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, last_word)


def start(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    account: Account | None = None,
    last_word: int = signal.SIGKILL,
    output: IO[bytes] | int | None = None,
    folder: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program that gets `last_word` when we die.

    It has a session of its own: Ctrl-C reaches us alone, and we decide in which order things stop.
    As root, `account` is who it runs as.
    """
    parent = os.getpid()

    def last_steps() -> None:
        die_with_parent(last_word)
        if os.getppid() != parent:
            os._exit(1)

    return subprocess.Popen(
        [str(part) for part in command],
        env=dict(environment) if environment is not None else None,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=True,
        preexec_fn=last_steps,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def run_as(
    account: Account | None,
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a short program to its end, as `account` when we are root."""
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        env=dict(environment) if environment is not None else None,
        cwd="/",
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
