"""`muster bench`: every benchmark of the project, or one."""

import subprocess
import sys
from typing import Annotated

import typer

from muster.cli import house


def bench(
    only: Annotated[str, typer.Option(help="Run just this one.")] = "",
    full: Annotated[bool, typer.Option(help="At the largest sizes.")] = False,
) -> None:
    """Measure Muster beside what this machine can do at most; results go to var/bench."""
    names = sorted(
        path.stem
        for path in (house.BASE / "benchmarks").glob("*.py")
        if "if __name__" in path.read_text()
    )
    if only and only not in names:
        raise house.refuse(f"There is no benchmark {only}. There are: {', '.join(names)}.")
    missed = [name for name in names if (not only or name == only) and _run(name, full)]
    if missed:
        raise house.refuse(f"Missed or failed: {', '.join(missed)}.")


def _run(name: str, full: bool) -> int:
    command = [sys.executable, "-m", f"benchmarks.{name}", *(["--full"] if full else [])]
    return subprocess.run(command, check=False, cwd=house.BASE).returncode
