"""Whoever asks what we hold of them is told of their register entry, and of nobody else's."""

import json
import zipfile
from pathlib import Path

import pytest
from django.test import override_settings

from muster.organisations.models import AuditEntry, Member, Organisation
from muster.people.models import Person
from muster.privacy import cases, packing
from muster.registers import held
from muster.registers.models import RegisterRefusal
from tests.conftest import NOON, supporter
from tests.registers.conftest import Load


@pytest.fixture
def zoe(party: Organisation) -> Person:
    person = supporter(party, "Zoe", "HART", email="zoe@example.org")
    person.postcode, person.address = "GL5 1AA", "12 Station Road"
    person.save()
    return person


def numbers(person: Person) -> list[object]:
    entries, _ = held.held(person.organisation, person.pk)
    return [row["Elector number"] for row in entries.rows]


def test_the_access_file_tells_of_their_entry_and_of_no_neighbours(
    load: Load, zoe: Person, ada: Member, tmp_path: Path
) -> None:
    load()
    asked = cases.Request("access", "letter", "Zoe", "zoe@example.org", "", NOON.date(), zoe)
    case = cases.open_case(ada.organisation, asked, by=ada, at=NOON)

    with override_settings(VAR=tmp_path):
        pack = packing.ask(case, leaves_out_others=False, by=ada, at=NOON)
        packing.make(pack.pk, NOON)
        with zipfile.ZipFile(packing.file_of(pack)) as bundle:
            page = bundle.read("Your data.html").decode()
            said = json.loads(bundle.read("your-data.json"))

    (entry,) = (h["rows"][0] for h in said["held"] if h["title"] == "In the electoral register")
    assert (entry["Elector number"], entry["Given name"]) == ("AB-1", "Zoë")
    assert "In the electoral register" in page
    assert "may not be passed on (ER-1)" in page
    assert "Ann" not in page
    made = AuditEntry.objects.get(kind="access file made")
    assert "registers" in made.codes["rooms"]


def test_it_is_found_by_the_whole_name_at_the_house(
    load: Load, zoe: Person, rivals: Organisation
) -> None:
    load("AB,1,,Hart,Zoë Jane,12 Station Road,Stroud,GL5 1AA,\n")

    assert numbers(zoe) == ["AB-1"]
    for changed in ({"address": "14 Station Road"}, {"postcode": ""}, {"given_name": "Jane"}):
        Person.objects.filter(pk=zoe.pk).update(
            **{"address": "12 Station Road", "postcode": "GL5 1AA", "given_name": "Zoe"} | changed
        )
        assert numbers(zoe) == []
    Person.objects.filter(pk=zoe.pk).update(
        organisation=rivals, given_name="Zoe", postcode="GL5 1AA", address=""
    )
    zoe.refresh_from_db()
    assert numbers(zoe) == []


def test_an_anonymous_elector_is_found_by_nobody(load: Load, zoe: Person) -> None:
    load("AB,1,N,,,,,,\n")

    assert numbers(zoe) == []


def test_a_row_that_was_not_kept_is_told_to_whom_it_names(
    load: Load, party: Organisation, zoe: Person
) -> None:
    kept = load()
    rows = (
        "Hart,Zoë,nowhere,gl51aa",
        "Hart,Ann,nowhere,GL5 1AA",
        "Chart,Zoey,14 Station Road,GL5 1AA",
        "Hart,Zoe,1 Far Lane,NE1 1AA",
    )
    for line, text in enumerate(rows, 90):
        RegisterRefusal.objects.create(
            load=kept, organisation=party, line=line, text=text, reason="No number."
        )

    _, refused = held.held(party, zoe.pk)

    assert [row["Row"] for row in refused.rows] == ["Hart,Zoë,nowhere,gl51aa"]
