"""`muster people import`, as someone types it."""

from contextlib import nullcontext
from pathlib import Path

import pytest
from typer.testing import CliRunner

from muster.cli import house
from muster.cli.people import people
from muster.organisations.models import Organisation


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([], "Say whose people they are."),
        (["--organisation", "fare-future"], "No organisation is called fare-future."),
    ],
)
def test_without_an_organisation_it_says_which_there_are(
    party: Organisation,
    rivals: Organisation,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    given: list[str],
    words: str,
) -> None:
    monkeypatch.setattr(house, "open_house", nullcontext)
    file = tmp_path / "list.csv"
    file.write_text("given_name,family_name,email\nA,A,\n")

    said = CliRunner().invoke(people, ["import", str(file), *given])

    assert said.exit_code == 1
    assert f"{words} Give --organisation one of: fair-future, rivals." in said.output
