"""A whole Muster of its own for a proof: started, killed in part or whole, and looked into."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import psycopg

BASE = Path(__file__).resolve().parent.parent.parent
KILLS = int(os.environ.get("PROVE_KILLS", "20"))
# Who is who, by a word of the command line; the supervisor is whoever started them all.
WORDS = {
    "staff": "muster.cli.programs.staff",
    "public": "muster.public.serving",
    "sender": "muster.cli.programs.work work-1",
    "publisher": "muster.cli.programs.work work-publishing",
    "other": "muster.cli.programs.work work-other",
    "demonstration": "muster.cli.programs.demonstrate",
    "pretend": "muster.cli.programs.pretend",
    "sink": "muster sink",
    "database": "postgres",
}


class House:
    """One folder, one supervisor at a time. `output` is all it said."""

    def __init__(self, **environment: str) -> None:
        # Not under pytest's own folder, which is closed to other users: the database may be one.
        self.folder = Path(tempfile.mkdtemp(prefix="muster-proof-"))
        self.folder.chmod(0o755)
        self.var = self.folder / "var"
        self.var.mkdir()
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")
        } | {"MUSTER_VAR": str(self.var), "PYTHONUNBUFFERED": "1", **environment}
        self.said = self.var / "said.log"
        self.supervisor: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "House":
        return self

    def __exit__(self, *trouble: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, *words: str) -> None:
        """Start `muster WORDS` in the background."""
        with self.said.open("ab") as output:
            self.supervisor = subprocess.Popen(
                [sys.executable, "-m", "muster", *words],
                env=self.environment,
                cwd=BASE,
                stdout=output,
                stderr=output,
            )

    def run(self, *words: str, seconds: float = 300) -> int:
        """Run `muster WORDS` to its end; its exit code."""
        self.start(*words)
        assert self.supervisor
        try:
            return self.supervisor.wait(seconds)
        finally:
            self.stop()

    def serve(self) -> None:
        """`muster serve`, up and answering when this returns."""
        (self.var / "serve.json").unlink(missing_ok=True)
        self.start("serve")
        self.wait_until((self.var / "serve.json").exists)

    def call(self, module: str, *words: str, seconds: float = 600) -> dict[str, Any]:
        """Run a module in the house's environment; the JSON of its last line."""
        from muster.cli.serve import Addresses

        told = Addresses(**self.addresses()).environment()
        ours = {name: value for name, value in told.items() if name not in os.environ}
        done = subprocess.run(
            [sys.executable, "-m", module, *words],
            env=self.environment | ours,
            cwd=BASE,
            capture_output=True,
            timeout=seconds,
            check=False,
            text=True,
        )
        assert done.returncode == 0, f"{done.stdout}{done.stderr}\n{self.last_words()}"
        return dict(json.loads(done.stdout.strip().splitlines()[-1]))

    def stop(self) -> None:
        if self.supervisor and self.supervisor.poll() is None:
            self.supervisor.terminate()
            self.supervisor.wait(60)

    def addresses(self) -> dict[str, int]:
        return dict(json.loads((self.var / "serve.json").read_text()))

    def dsn(self) -> str:
        return str(json.loads((self.var / "postgres" / "muster.json").read_text())["dsn"])

    def processes(self) -> dict[str, psutil.Process]:
        """The programs that run now, by name, the supervisor among them."""
        if self.supervisor is None or self.supervisor.poll() is not None:
            return {}
        found: dict[str, psutil.Process] = {}
        with contextlib.suppress(psutil.NoSuchProcess):
            top = psutil.Process(self.supervisor.pid)
            found["supervisor"] = top
            for child in top.children():
                words = words_of(child)
                for name, word in WORDS.items():
                    if word in words and name not in found:
                        found[name] = child
        return found

    def kill(self, name: str) -> bool:
        """kill -9 one program; whether it was there."""
        victim = self.processes().get(name)
        if victim is None:
            return False
        with contextlib.suppress(psutil.NoSuchProcess):
            victim.send_signal(signal.SIGKILL)
        if name == "supervisor":
            assert self.supervisor
            self.supervisor.wait()
        return True

    def wait_until(self, is_so: Callable[[], bool], seconds: float = 60) -> None:
        limit = time.monotonic() + seconds
        while not is_so():
            if self.supervisor and self.supervisor.poll() is not None:
                raise AssertionError(f"It ended meanwhile:\n{self.last_words()}")
            if time.monotonic() > limit:
                raise AssertionError(f"It never came about:\n{self.last_words()}")
            time.sleep(0.1)

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """Ask the database, which must be running."""
        with psycopg.connect(self.dsn()) as connection:
            return connection.execute(query.encode()).fetchall()

    def report(self) -> dict[str, object]:
        return dict(json.loads((self.var / "demo" / "report.json").read_text()))

    def letters(self) -> Counter[str]:
        """How often each delivery code stands in the mail server's log."""
        from muster.lib.sink import read_log

        return Counter(kept.code for kept in read_log(self.var / "sink" / "log.jsonl"))

    def last_words(self) -> str:
        return self.said.read_text(errors="replace")[-3000:] if self.said.exists() else ""


def words_of(process: psutil.Process) -> str:
    """How it was started; nothing when it ended meanwhile."""
    try:
        return " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return ""


def with_children(process: psutil.Process) -> list[psutil.Process]:
    """The program and what it has started; empty when it ended meanwhile."""
    try:
        return [process, *process.children()]
    except psutil.NoSuchProcess:
        return []


def pss_of(process: psutil.Process) -> int:
    """Its proportional share of memory, in bytes; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
