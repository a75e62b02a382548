"""Little files of places and results."""

from collections.abc import Callable
from pathlib import Path

import pytest

from muster.places.models import Place

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """`write("name.csv", "header\\nrow\\n")` → its path."""

    def _write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        raw = content if isinstance(content, bytes) else content.encode()
        path.write_bytes(raw)
        return path

    return _write


@pytest.fixture
def two_seats(stroud: Place, neath: Place) -> tuple[Place, Place]:
    return stroud, neath
