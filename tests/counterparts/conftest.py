"""Programs of others, each in a process of its own, against a real server of ours."""

import os
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

HOUSE = Path(__file__).parents[2]
APART = HOUSE / ".venv-parsons" / "bin"


@pytest.fixture
def parsons() -> Path:
    """The Python that has Parsons; skipped by name where it is not installed."""
    python = APART / "python"
    if not python.exists():
        pytest.skip("Parsons is not installed: make counterparts")
    return python


@pytest.fixture
def schemathesis() -> Path:
    program = APART / "schemathesis"
    if not program.exists():
        pytest.skip("schemathesis is not installed: make counterparts")
    return program


@pytest.fixture
def server(live_server: LiveServer) -> str:
    """Where Muster answers, on this machine."""
    return live_server.url


def alone() -> dict[str, str]:
    """An environment without ours in it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}
