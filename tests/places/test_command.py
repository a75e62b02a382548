"""`muster places load`."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from muster.cli import app, house
from muster.places.models import Place
from tests.places.conftest import Write


@pytest.fixture(autouse=True)
def house_is_open(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """Tests stand in an open house already: its database is the test's own."""

    @contextmanager
    def already_open() -> Iterator[None]:
        yield

    monkeypatch.setattr(house, "open_house", already_open)


GOOD = "# country: LP\ncode,kind,name\nLP,country,Lilliput\nLP-1,seat,Mildendo\nLP-2,shire,Bad\n"


def test_what_was_refused_is_told_with_line_and_reason(write: Write) -> None:
    answer = CliRunner().invoke(app, ["places", "load", str(write("lp.csv", GOOD))])

    assert answer.exit_code == 0
    assert "lp.csv: 3 rows of places, 2 changed; 1 refused." in answer.output
    assert "lp.csv, line 5: “shire” is no kind of place" in answer.output


def test_a_file_that_cannot_be_taken_in_keeps_no_other_out(write: Write) -> None:
    bad, good = write("bad.csv", "a,b\n1,2\n"), write("lp.csv", GOOD)

    answer = CliRunner().invoke(app, ["places", "load", str(bad), str(good)])

    assert answer.exit_code == 1
    assert "bad.csv has no header we know" in answer.output
    assert "Nothing of it was loaded." in answer.output
    assert Place.objects.filter(code="LP-1").exists()
