"""`muster people import`, as someone types it."""

from contextlib import nullcontext
from pathlib import Path

import pytest
from typer.testing import CliRunner

from muster.cli import house
from muster.cli.people import people
from muster.organisations.models import Member, Organisation
from muster.people.imports import importing
from muster.people.imports.intake import Intake, Tally
from muster.people.imports.reading import Record
from muster.people.models import Import, Person
from tests.conftest import NOON
from tests.people.making import on_the_list


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


def test_it_counts_first_and_then_takes_in_with_columns_as_said(
    party: Organisation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: object
) -> None:
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    monkeypatch.setattr(house, "open_house", nullcontext)
    file = tmp_path / "list.csv"
    file.write_text("Who,Box,When,Odd\nAnn van Lee,ann@example.org,04/05/2026,x\n")
    given = ["import", str(file), "--organisation", "fair-future"]
    columns = ["--map", "Who=full_name", "--map", "When=joined_on", "--dates", "mdy"]

    vague = CliRunner().invoke(people, [*given, *columns[:4]])
    before = CliRunner().invoke(people, [*given, *columns, "--preview"])
    nobody = Person.objects.count()
    after = CliRunner().invoke(people, [*given, *columns])

    assert vague.exit_code == 1
    assert "in which order the dates under “When”" in vague.output
    assert "Who: Full name" in before.output
    assert "Left out: Odd" in before.output
    assert "1 person would come in, 1 new" in before.output
    assert nobody == 0
    assert "1 new person" in after.output
    ann = Person.objects.get()
    assert (ann.family_name, ann.joined_at.month) == ("van Lee", 4)
    assert Import.objects.filter(state="finished").count() == 1


def test_a_column_nobody_has_is_told(
    party: Organisation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: object
) -> None:
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    monkeypatch.setattr(house, "open_house", nullcontext)
    file = tmp_path / "list.csv"
    file.write_text("email\nann@example.org\n")
    given = ["import", str(file), "--organisation", "fair-future"]

    said = CliRunner().invoke(people, [*given, "--map", "Mail=email", "--map", "email=colour"])

    assert said.exit_code == 1
    assert "“Mail” is no column of the file: email." in said.output
    assert "write COLUMN=FIELD" in said.output


def test_slips_are_told_and_accepted_and_the_file_may_win(
    party: Organisation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: object
) -> None:
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    monkeypatch.setattr(house, "open_house", nullcontext)
    on_the_list(party, "ann@gmail.com", "Anne", "Lee")
    file = tmp_path / "list.csv"
    file.write_text("given_name,email\nAnn,ann@gmial.com\n")
    given = ["import", str(file), "--organisation", "fair-future"]
    more = ["--correct", "gmial.com", "--file-wins"]

    before = CliRunner().invoke(people, [*given, "--preview"]).output
    then = CliRunner().invoke(people, [*given, *more, "--preview"]).output
    after = CliRunner().invoke(people, [*given, *more]).output

    assert "1 address may be mistyped: gmial.com (gmail.com)" in before
    assert "overwritten for 1 person" in then
    assert "overwritten for 1 person" in after
    assert Person.objects.get().given_name == "Ann"


def test_stopped_in_the_browser_it_says_so_and_the_same_command_goes_on(
    party: Organisation,
    ada: Member,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    settings: object,
) -> None:
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    monkeypatch.setattr(house, "open_house", nullcontext)
    monkeypatch.setattr(importing, "BATCH", 1)
    file = tmp_path / "list.csv"
    file.write_text("email\nann@example.org\nbob@example.org\n")
    given = ["import", str(file), "--organisation", "fair-future"]
    real = Intake.take

    def pressed(self: Intake, records: list[Record]) -> Tally:
        tally = real(self, records)
        importing.stop(self.taken, by=ada, at=NOON)
        return tally

    with monkeypatch.context() as once:
        once.setattr(Intake, "take", pressed)
        stopped = CliRunner().invoke(people, given)
    then = CliRunner().invoke(people, given)

    assert stopped.exit_code == 1
    assert "Ada Marsh stopped it" in stopped.output
    assert "2 rows: 2 new people" in then.output
