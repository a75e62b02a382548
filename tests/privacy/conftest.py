"""A second person, and a folder for files that are made."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from muster.organisations.models import Member, Organisation, Unit
from tests.conftest import join


@pytest.fixture(autouse=True)
def files_elsewhere(tmp_path: Path) -> Iterator[Path]:
    with override_settings(VAR=tmp_path):
        yield tmp_path


@pytest.fixture
def eve(party: Organisation, head_office: Unit) -> Member:
    """The data lead."""
    return join(party, head_office, "Eve Lowe", "data_lead")
