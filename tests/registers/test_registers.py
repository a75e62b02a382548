"""The electoral register: who may hold it, what is kept, who looked, and whose copy it is."""

import csv
import io
import re
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from muster.organisations.models import AuditEntry, Campaigner, Member, Organisation
from muster.people.models import Person
from muster.places.models import Place
from muster.registers import exporting, loading, looking
from muster.registers.looking import Asked
from muster.registers.models import RegisterEntry, RegisterExport, RegisterLoad
from tests.conftest import NOON
from tests.registers.conftest import HEADING, ROWS, Load

ROOMS = Path(__file__).parents[2] / "muster"


def look(by: Member, asked: Asked) -> list[str]:
    found = looking.look_up(RegisterLoad.objects.all(), asked, by=by, at=NOON)
    return [f"{entry.given_name} {entry.family_name}" for entry in found]


@pytest.mark.parametrize("kind", ["union", "npc_unregistered", "charity", "office_holder"])
def test_only_registered_campaigners_hold_it(load: Load, party: Organisation, kind: str) -> None:
    union = Campaigner.objects.create(organisation=party, kind=kind, name="U", promoter="U")

    with pytest.raises(loading.CannotLoad) as refused:
        load(recipient=union)

    assert refused.value.args == ("Only registered campaigners may hold the full register.",)
    assert not RegisterLoad.objects.exists()


def test_electors_are_kept_and_nobody_becomes_a_supporter(load: Load) -> None:
    kept = load()

    zoe = RegisterEntry.objects.get(number="AB-1")
    assert (kept.electors, kept.anonymous, kept.refused) == (3, 1, 0)
    assert (zoe.given_name, zoe.address, zoe.postcode) == (
        "Zoë",
        "12 Station Road, Stroud",
        "GL5 1AA",
    )
    assert not Person.objects.exists()


def test_an_anonymous_elector_is_a_number_and_nothing_else(load: Load, accepted: Member) -> None:
    load("AB,9,N,Secret,Ann,1 Hidden Lane,,GL5 1AA,\nAB,1,,Hart,Ann,,,GL5 1AA,\n")

    hidden = RegisterEntry.objects.get(number="AB-9")
    assert (hidden.family_name, hidden.address, hidden.postcode) == ("", "", "")
    assert look(accepted, Asked("electoral", postcode="GL5 1AA")) == ["Ann Hart"]
    with pytest.raises(IntegrityError), transaction.atomic():
        RegisterEntry.objects.filter(pk=hidden.pk).update(family_name="Secret")


def test_refused_rows_are_kept_with_their_reasons(load: Load) -> None:
    kept = load(ROWS + "AB,4,,Lee,Cai,,,,\n,,,Nobody,N,,,,\nAB,7,,Ray,Al,,,XX,\nAB,8,,Ray\n"
                "AB,9,,Ray,Al,,,,soon\n")  # fmt: skip

    assert dict(kept.refusals.values_list("line", "reason")) == {
        6: "Elector AB-4 stands in the file twice.",
        7: "There is no elector number.",
        8: "“XX” is not a postcode.",
        9: "The row has 4 columns where the heading has 9.",
        10: "The date of attainment is no date.",
    }


@pytest.mark.parametrize(
    ("rows", "heading", "words"),
    [
        ("", HEADING, "no electors beneath it"),
        (ROWS, "Surname,Forename", "no column elector_number"),
        ("", "", "The file is empty"),
        ("AB,1,\x00", HEADING, "no electors beneath it"),
    ],
)
def test_a_file_that_cannot_be_kept_leaves_nothing(
    load: Load, rows: str, heading: str, words: str
) -> None:
    with pytest.raises(loading.CannotLoad, match=words):
        load(rows, heading=heading)

    assert not RegisterLoad.objects.exists()


def test_the_same_file_is_loaded_once_until_removed(load: Load, ada: Member) -> None:
    kept = load()
    with pytest.raises(loading.CannotLoad, match="This very file was loaded on 4 May 2026"):
        load()

    loading.remove(kept, by=ada, at=NOON)

    assert not RegisterEntry.objects.exists()
    assert load().electors == 3


def test_who_voted_is_kept_and_never_how(load: Load) -> None:
    load("1,Hart,Ann,yes\n2,Lee,Cai,\n3,Lee,Dai,Labour\n",
         heading="number,surname,forename,voted", kind="marked")  # fmt: skip

    assert dict(RegisterEntry.objects.values_list("number", "voted")) == {"1": True, "2": False}
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(
            cursor, RegisterEntry._meta.db_table
        )
    assert not [c.name for c in columns if "party" in c.name]


def test_nobody_looks_before_they_accept(load: Load, ada: Member) -> None:
    load()

    with pytest.raises(looking.CannotLook, match="Accept the conditions"):
        look(ada, Asked("electoral", family_name="Hart"))
    looking.accept(ada, at=NOON)
    assert look(ada, Asked("electoral", family_name="har", given_name="zo")) == ["Zoë Hart"]


@pytest.mark.parametrize(
    "asked",
    [
        Asked("advertising", family_name="Hart"),
        Asked("electoral", family_name="Ha"),
        Asked("electoral", postcode="X"),
    ],
)
def test_what_is_unlawful_or_too_wide_shows_nothing(
    load: Load, accepted: Member, asked: Asked
) -> None:
    load()

    with pytest.raises(looking.CannotLook):
        look(accepted, asked)

    assert not AuditEntry.objects.filter(kind="register looked up").exists()


def test_each_look_is_written_down_without_names(load: Load, accepted: Member) -> None:
    load()

    look(accepted, Asked("donor", postcode="GL5 1AA"))

    entry = AuditEntry.objects.get(kind="register looked up")
    shown = RegisterEntry.objects.filter(postcode="GL5 1AA").values_list("pk", flat=True)
    assert entry.member == accepted
    assert entry.codes["purpose"] == "donor"
    assert set(entry.codes["shown"]) == set(shown)


def test_a_copy_says_whose_it_is_and_a_part_of_it_still_tells(
    load: Load, accepted: Member, party: Organisation
) -> None:
    kept = load("".join(f"AB,{n},,Ray,Al{n},,,,\n" for n in range(40)))
    copies = [exporting.export(kept, purpose="electoral", by=accepted, at=NOON) for _ in range(3)]

    files = ["".join(exporting.lines(copy)) for copy in copies]
    rows = list(csv.reader(io.StringIO(files[1])))

    assert (
        f"Lent to Ada Marsh for Fair Future at 2026-05-04 12:00 UTC; register {kept.code}"
        in (rows[0][0])
    )
    numbers = [row[0] for row in rows[2:]]
    assert len(set(numbers)) == 40
    assert exporting.whose(party, numbers) == [copies[1]]
    assert exporting.whose(party, numbers[5:30:2]) == [copies[1]]
    assert exporting.whose(party, sorted(numbers)) == []
    assert exporting.whose(party, numbers[:3]) == []


def test_a_copy_for_an_advertising_platform_is_refused(load: Load, accepted: Member) -> None:
    kept = load()

    with pytest.raises(looking.CannotLook, match="not for advertising platforms"):
        exporting.export(kept, purpose="advertising", by=accepted, at=NOON)

    assert not RegisterExport.objects.exists()


def test_no_other_room_speaks_of_its_tables() -> None:
    ours = {"registers", "web"}
    elsewhere = [
        str(path)
        for path in ROOMS.rglob("*.py")
        if path.relative_to(ROOMS).parts[0] not in ours
        and re.search(r"registers_|RegisterEntry|muster\.registers", path.read_text())
    ]

    assert elsewhere == []


def test_the_pages_accept_load_look_and_take(
    as_ada: Client, ada: Member, campaigner: Campaigner, stroud: Place
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    assert "I accept these conditions" in as_ada.get(reverse("registers:list")).content.decode()
    as_ada.post(reverse("registers:accept"), {"accept": "on"})
    file = SimpleUploadedFile("ab.csv", f"{HEADING}\n{ROWS}AB,4,,Lee,C,,,,\n".encode())
    said = {
        "kind": "full",
        "recipient": campaigner.pk,
        "place": stroud.pk,
        "received_on": "2026-04-01",
        "entitlement": "Regulation 105",
        "file": file,
    }
    assert as_ada.post(reverse("registers:load"), said).status_code == 302
    found = as_ada.post(
        reverse("registers:list"), {"postcode": "gl51aa", "purpose": "electoral"}
    ).content.decode()
    assert "Zoë Hart" in found
    assert "may vote from 4 May 2027" in found
    other = as_ada.post(reverse("registers:list"), {"postcode": "gl51aa", "purpose": "other"})
    assert other.status_code == 422

    code = {"code": RegisterLoad.objects.get().code}
    assert (
        "stands in the file twice"
        in as_ada.get(reverse("registers:show", kwargs=code)).content.decode()
    )
    copy = as_ada.post(reverse("registers:take", kwargs=code), {"purpose": "donor"})
    text = b"".join(copy.streaming_content)  # type: ignore[attr-defined]
    assert b"Lent to Ada Marsh" in text
    assert "AB-1,Zoë,Hart,".encode() in text
    as_ada.post(reverse("registers:remove", kwargs=code))
    assert not RegisterEntry.objects.exists()


def test_a_marked_register_takes_a_permission_more(as_ben: Client, ben: Member, load: Load) -> None:
    looking.accept(ben, at=NOON)
    full = load()
    marked = load("1,Hart,Ann,yes\n", heading="number,surname,forename,voted", kind="marked")

    page = as_ben.get(reverse("registers:list")).content.decode()

    assert str(full.code) in page
    assert str(marked.code) not in page
    shown = as_ben.get(reverse("registers:show", kwargs={"code": marked.code}))
    assert shown.status_code == 404
