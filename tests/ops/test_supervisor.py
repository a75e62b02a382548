"""Programs are kept running, and none outlives the one that keeps them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from muster.lib.changes import Changes
from muster.lib.supervisor import Program, Supervisor


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    said: list[str] = []
    made = Supervisor(tmp_path, say=said.append)
    made.said = said  # type: ignore[attr-defined]
    yield made
    made.stop()


def python(name: str, words: str) -> Program:
    return Program(name, [sys.executable, "-c", words], dict(os.environ))


def writes_its_number_to(path: Path, then: str = "import time; time.sleep(600)") -> Program:
    words = f"import os; open({str(path)!r}, 'a').write(f'{{os.getpid()}}\\n'); {then}"
    return python("counted", words)


def numbers(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def wait_until(is_so: Callable[[], bool]) -> None:
    for _ in range(400):
        if is_so():
            return
        time.sleep(0.025)
    raise AssertionError("it never came about")


def test_a_program_that_was_killed_is_started_again(supervisor: Supervisor, tmp_path: Path) -> None:
    kept = tmp_path / "numbers"
    supervisor.start(writes_its_number_to(kept))
    wait_until(lambda: len(numbers(kept)) == 1)

    os.kill(numbers(kept)[0], signal.SIGKILL)

    assert supervisor.wait_for(lambda: len(numbers(kept)) == 2)
    assert "counted ended (signal 9)" in supervisor.said[0]  # type: ignore[attr-defined]


def test_one_that_keeps_failing_is_given_longer_and_longer_pauses(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    supervisor.start(writes_its_number_to(tmp_path / "numbers", then="raise SystemExit(3)"))

    said: list[str] = supervisor.said  # type: ignore[attr-defined]
    assert supervisor.wait_for(lambda: len(said) == 3)
    assert [words.split(" in ")[1].split(" s.")[0] for words in said] == ["0.5", "1", "2"]


def test_stopping_ends_everything_even_what_does_not_listen(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("muster.lib.supervisor.PATIENCE_SECONDS", 0.5)
    kept = tmp_path / "numbers"
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    supervisor.start(writes_its_number_to(kept, then=deaf))
    wait_until(lambda: len(numbers(kept)) == 1)
    time.sleep(0.2)

    supervisor.stop()

    assert not psutil.pid_exists(numbers(kept)[0])


def test_when_the_supervisor_is_killed_its_programs_die_with_it(tmp_path: Path) -> None:
    kept = tmp_path / "numbers"
    words = (
        "import os, sys; from pathlib import Path\n"
        "from muster.lib.supervisor import Program, Supervisor\n"
        f"s = Supervisor(Path({str(tmp_path)!r}))\n"
        f"words = \"import os, time; open({str(kept)!r}, 'w').write(str(os.getpid()));\"\n"
        "words += 'time.sleep(600)'\n"
        "s.start(Program('kept', [sys.executable, '-c', words], dict(os.environ))); s.watch()\n"
    )
    watching = subprocess.Popen([sys.executable, "-c", words])
    wait_until(lambda: len(numbers(kept)) == 1)
    assert alive(numbers(kept)[0])

    watching.kill()
    watching.wait()

    # Fails, saying so, when it has not come about within its time.
    wait_until(lambda: not alive(numbers(kept)[0]))


def test_a_program_run_to_its_end_answers_how_it_ended(supervisor: Supervisor) -> None:
    assert supervisor.run(python("short", "raise SystemExit(4)")) == 4


def test_changed_files_are_noticed_once(tmp_path: Path) -> None:
    code = tmp_path / "code.py"
    code.write_text("1")
    changes = Changes([tmp_path])

    os.utime(code, ns=(1, 1))

    assert changes()
    assert not changes()


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
