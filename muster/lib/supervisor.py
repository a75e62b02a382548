"""Keeping several programs running together: started, started again, and stopped in order."""

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from muster.lib import processes

ENDING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
BACKOFF = [0.5, 1, 2, 5, 10, 30]
STEADY_SECONDS = 60
PATIENCE_SECONDS = 10
KEPT_PAUSE_SECONDS = 5


class Kept(Protocol):
    """A server that starts and stops itself: the database."""

    def is_running(self) -> bool: ...
    def start_again(self) -> None: ...


@dataclass(frozen=True)
class Program:
    """What to run. `command` is a whole command line; its output goes to `logs/{name}.log`."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]


@dataclass
class _Running:
    program: Program
    process: subprocess.Popen[bytes]
    began: float
    failures: int = 0
    due: float = field(default=0.0)


class Supervisor:
    """Keeps programs running until told to stop, by Ctrl-C or SIGTERM.

    A program that ends is started again: at once, then after longer and longer pauses. Programs
    never outlive us (the kernel sees to it), so the next start after kill -9 finds room.
    """

    def __init__(self, logs: Path, *, say: Callable[[str], None] = print) -> None:
        self.logs = logs
        self.say = say
        self.kept: Kept | None = None
        self._running: list[_Running] = []
        self._changed: Callable[[], bool] | None = None
        self._kept_due = 0.0

    def start(self, program: Program) -> None:
        self._running.append(_Running(program, self._launch(program), time.monotonic()))

    def run(self, program: Program) -> int:
        """Run one program to its end at our terminal, watching over the others meanwhile."""
        process = processes.start(program.command, environment=program.environment)
        try:
            while process.poll() is None:
                self.look_after_all()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.1)
        finally:
            _end([process])
        return process.returncode

    def wait_for(self, is_so: Callable[[], bool], *, seconds: float = 60) -> bool:
        """Look after the programs until something has come about; False when it never did."""
        limit = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > limit:
                return False
            self.look_after_all()
            time.sleep(0.05)
        return True

    def restart_on(self, changed: Callable[[], bool]) -> None:
        """For development: start every program again whenever this says so."""
        self._changed = changed

    def watch(self) -> None:
        """Look after the programs until a signal ends us."""
        while True:
            self.look_after_all()
            if self._changed and self._changed():
                self.say("The code changed: starting again…")
                programs = [running.program for running in self._running]
                self.stop()
                for program in programs:
                    self.start(program)
            time.sleep(0.2)

    def look_after_all(self) -> None:
        """Start again whatever has ended and whose time has come."""
        if self.kept and not self.kept.is_running():
            self._revive(self.kept)
        for running in self._running:
            self._look_after(running)

    def stop(self) -> None:
        """End the programs, the latest first; whoever does not listen is killed."""
        _end([running.process for running in reversed(self._running)])
        self._running.clear()

    def _revive(self, kept: Kept) -> None:
        """Bring the database back; while it cannot be, the programs say that it is away."""
        if time.monotonic() < self._kept_due:
            return
        self.say("The database server ended by itself. Starting it again…")
        try:
            kept.start_again()
        except Exception as trouble:
            self.say(f"{trouble} Trying again in {KEPT_PAUSE_SECONDS} s.")
            self._kept_due = time.monotonic() + KEPT_PAUSE_SECONDS

    def _look_after(self, running: _Running) -> None:
        at = time.monotonic()
        if running.process.poll() is None:
            return
        if not running.due:
            if at - running.began > STEADY_SECONDS:
                running.failures = 0
            pause = BACKOFF[min(running.failures, len(BACKOFF) - 1)]
            running.failures += 1
            running.due = at + pause
            self.say(
                f"{running.program.name} ended ({_how(running.process.returncode)});"
                f" starting it again in {pause:g} s. Its words: {self._log(running.program)}"
            )
        elif at >= running.due:
            running.process = self._launch(running.program)
            running.began, running.due = at, 0.0

    def _launch(self, program: Program) -> subprocess.Popen[bytes]:
        log = self._log(program)
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > 10_000_000:
            log.rename(log.with_suffix(".log.1"))
        with log.open("ab") as output:
            return processes.start(program.command, environment=program.environment, output=output)

    def _log(self, program: Program) -> Path:
        return self.logs / f"{program.name}.log"


@contextlib.contextmanager
def until_told_to_stop() -> Iterator[None]:
    """Let SIGTERM and a closed terminal end us like Ctrl-C does.

    While things are being stopped, none of them interrupts.
    """

    def stop(number: int, frame: object) -> None:
        for each in ENDING:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {each: signal.signal(each, stop) for each in ENDING}
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        for each, was in before.items():
            signal.signal(each, was)


def _end(ending: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in ending:
        if process.poll() is None:
            process.terminate()
    limit = time.monotonic() + PATIENCE_SECONDS
    for process in ending:
        try:
            process.wait(max(0.1, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
