"""One holder at a time; whoever dies lets go."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from muster.lib.locks import Alone, Taken


def test_a_second_holder_is_told_who_is_first(tmp_path: Path) -> None:
    first = Alone(tmp_path / "lock")
    first.take()

    with pytest.raises(Taken) as refused:
        Alone(tmp_path / "lock").take()

    assert refused.value.pid == os.getpid()
    first.let_go()
    Alone(tmp_path / "lock").take()


def test_a_killed_holder_has_let_go(tmp_path: Path) -> None:
    words = (
        "import time; from pathlib import Path; from muster.lib.locks import Alone\n"
        f"Alone(Path({str(tmp_path / 'lock')!r})).take(); print('held', flush=True)\n"
        "time.sleep(600)\n"
    )
    holder = subprocess.Popen([sys.executable, "-c", words], stdout=subprocess.PIPE)
    assert holder.stdout
    assert holder.stdout.readline() == b"held\n"

    holder.kill()
    holder.wait()

    Alone(tmp_path / "lock").take()
    assert Alone(tmp_path / "lock").written() == os.getpid()


def test_nobody_has_written_to_a_lock_never_taken(tmp_path: Path) -> None:
    assert Alone(tmp_path / "lock").written() == 0
