"""`muster export people`: everyone once, with a reason, as CSV or Parquet."""

import csv
from pathlib import Path
from typing import Any

import pytest

from muster.audiences import definitions, saving
from muster.organisations.models import AuditEntry, Member, Organisation
from muster.people.models import Person
from muster.places.models import Place
from muster.privacy import by_shell, choosing
from muster.privacy.by_shell import CannotTake
from tests.audiences.asking import audience
from tests.conftest import NOON, supporter


def take(party: Organisation, path: Path, **more: Any) -> int:
    asked = {"format": "csv", "because": "the yearly audit", "shell_user": "root", "at": NOON}
    return by_shell.take_out(party, Person.objects.filter(organisation=party), path, **asked | more)


def test_everyone_is_in_the_file_once_and_the_audit_says_why(
    party: Organisation, stroud: Place, tmp_path: Path
) -> None:
    for given in ("Mo", "=cmd()", "Zoë"):
        supporter(party, given, "Export", stroud, email=f"{abs(hash(given))}@example.org")

    count = take(party, tmp_path / "people.csv")

    with (tmp_path / "people.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert count == 3
    assert [row["given_name"] for row in rows] == ["Mo", "'=cmd()", "Zoë"]
    entry = AuditEntry.objects.get(kind="people exported by shell")
    assert (entry.reason, entry.codes["people"]) == ("the yearly audit", 3)
    assert (tmp_path / "people.csv").stat().st_mode & 0o077 == 0


def test_parquet_holds_the_same_as_it_is(
    party: Organisation, stroud: Place, tmp_path: Path
) -> None:
    duckdb = pytest.importorskip("duckdb")
    supporter(party, "=Mo", "Export", stroud)

    take(party, tmp_path / "people.parquet", format="parquet")

    found = duckdb.read_parquet(str(tmp_path / "people.parquet"))
    assert found.select("given_name, family_name, seat").fetchall() == [("=Mo", "Export", "Stroud")]
    assert [path.name for path in tmp_path.iterdir()] == ["people.parquet"]


@pytest.mark.parametrize(
    ("more", "words"),
    [({"because": " "}, "--because"), ({"format": "xls"}, "csv or parquet")],
)
def test_without_a_reason_or_a_format_nothing_is_written(
    party: Organisation, tmp_path: Path, more: dict[str, Any], words: str
) -> None:
    with pytest.raises(CannotTake, match=words):
        take(party, tmp_path / "people.csv", **more)

    assert list(tmp_path.iterdir()) == []
    assert not AuditEntry.objects.exists()


def test_a_file_that_is_there_is_left_alone(party: Organisation, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("mine")

    with pytest.raises(CannotTake, match="already"):
        take(party, tmp_path / "people.csv")

    assert (tmp_path / "people.csv").read_text() == "mine"


def test_an_audience_is_taken_out_by_its_name(
    party: Organisation, ada: Member, stroud: Place, neath: Place, tmp_path: Path
) -> None:
    supporter(party, "Cleo", "Winter", stroud)
    supporter(party, "Nia", "Neath", neath)
    definition = definitions.read(audience({"is": "place", "places": [stroud.code]}), party)
    saving.make(party, name="In 100% Stroud", definition=definition, by=ada, at=NOON)

    chosen = choosing.chosen(party, *choosing.named(party, "in 100% stroud"))
    count = by_shell.take_out(
        party,
        chosen.people,
        tmp_path / "people.csv",
        format="csv",
        because="a walk list",
        shell_user="root",
        at=NOON,
    )

    assert count == 1
    assert "Cleo" in (tmp_path / "people.csv").read_text()
    with pytest.raises(choosing.NoSuchChoice, match="called “Nobody”"):
        choosing.named(party, "Nobody")
