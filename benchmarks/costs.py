"""What a run costs: processor seconds by program, and the most memory a process held (PSS)."""

import os
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
EVERY = 1.0  # seconds between looks at memory


def cpu_seconds() -> Counter[str]:
    """Processor seconds so far by kind of program: what is spent on which part of a message."""
    found: Counter[str] = Counter()
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            said = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found[_kind(said)] += (int(stat[11]) + int(stat[12])) / TICKS
    return found


def _kind(command: str) -> str:
    for mark, kind in (
        ("programs.work", "senders"),
        ("postgres", "PostgreSQL"),
        ("smtp-sink", "the sink"),
    ):
        if mark in command:
            return kind
    return "others"


def spent(before: Counter[str], after: Counter[str], messages: int) -> str:
    """Microseconds of processor for one message, by program."""
    parts = {kind: (after[kind] - before[kind]) / messages * 1e6 for kind in after}
    kept = [f"{kind} {parts[kind]:.0f}" for kind in ("senders", "PostgreSQL", "the sink")]
    return ", ".join(kept) + " µs"


@contextmanager
def watched(pids: Sequence[int]) -> Iterator[dict[str, float]]:
    """The most megabytes (PSS) each of these processes held meanwhile, by its number; and the
    most any of them held, under "mb"."""
    most = {"mb": 0.0, **{str(pid): 0.0 for pid in pids}}
    over = threading.Event()

    def look() -> None:
        while not over.wait(EVERY):
            for pid in pids:
                most[str(pid)] = max(most[str(pid)], _pss(pid))
            most["mb"] = max(most.values())

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield most
    finally:
        over.set()
        thread.join()


def each(most: dict[str, float]) -> str:
    """In words, one figure for every process."""
    return ", ".join(f"{mb:.0f}" for name, mb in most.items() if name != "mb") + " MB"


def _pss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1000
