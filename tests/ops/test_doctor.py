"""The doctor says what is missing and what it costs."""

import pytest

from muster.cli import doctor


def test_an_old_python_is_wrong() -> None:
    assert doctor.python((3, 10)).how == doctor.WRONG
    assert doctor.python((3, 11)).how == doctor.FINE


def test_a_missing_program_costs_something_and_stops_nothing() -> None:
    finding = doctor.program(("no-such-program",), "pictures are skipped")

    assert (finding.how, finding.words) == (doctor.LESS, "pictures are skipped")


def test_little_disk_and_little_memory_are_said() -> None:
    assert "a demonstration wants 2 GB" in doctor.disk(500_000_000).words
    assert "1.5 GB" in doctor.memory(500_000_000).words
    assert doctor.disk(50_000_000_000).how == doctor.FINE


def test_a_database_that_does_not_answer_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://muster@127.0.0.1:1/muster")

    assert doctor.database().how == doctor.WRONG


def test_this_machine_runs_muster() -> None:
    assert all(finding.how != doctor.WRONG for finding in doctor.examine())


def test_what_only_tests_and_checks_need_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    words = [doctor.library(*wanted).words for wanted in doctor.LIBRARIES]

    assert "only for `make test`" in words[0]
    assert "`make env-test`" in words[0]
    assert "only for `make check`" in words[1]
    assert "`make env-check`" in words[1]
