"""Before anything is written: columns chosen, rows shown as they will be, the file counted."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from muster.journal.models import Fact
from muster.lib.times import now
from muster.organisations.models import Member, Organisation
from muster.people import suppressing
from muster.people.imports import (
    choosing,
    clearing,
    crowding,
    importing,
    mapping,
    previewing,
    samples,
)
from muster.people.imports.mapping import Choice, Options
from muster.people.imports.models import RememberedColumns
from muster.people.imports.saving import CannotImport
from muster.people.models import (
    ContactPoint,
    CustomField,
    CustomValue,
    Import,
    Person,
    Wording,
)
from muster.places.models import Place
from tests.conftest import MORNING, NOON
from tests.people.making import on_the_list

Opened = Callable[..., Import]


@pytest.fixture(autouse=True)
def _postcodes(
    postcode_book: Callable[..., None], stroud: Place, settings: object, tmp_path: Path
) -> None:
    postcode_book({"GL51AA": stroud})
    settings.VAR = tmp_path  # type: ignore[attr-defined]


@pytest.fixture
def opened(party: Organisation, ada: Member) -> Opened:
    """A file uploaded and looked through, waiting for its columns."""

    def opened(content: str, name: str = "list.csv") -> Import:
        begun = importing.begin(party, [content.encode()], name=name, by=ada, at=NOON)
        importing.open_file(begun.pk)
        return Import.objects.get(pk=begun.pk)

    return opened


def counted(taken: Import, ada: Member, *choices: Choice, proof: object = None) -> Import:
    """Its columns settled (as guessed unless given), and counted."""
    chosen = list(choices) or mapping.choices_of(taken.choices)
    options = Options(proof=proof or {})  # type: ignore[arg-type]
    choosing.choose(taken, chosen, options, by=ada, at=NOON)
    previewing.count(taken.pk)
    return Import.objects.get(pk=taken.pk)


def targets(taken: Import) -> list[str]:
    return [choice.target for choice in mapping.choices_of(taken.choices)]


def test_columns_are_guessed_by_what_stands_in_them(opened: Opened) -> None:
    taken = opened(
        "who,box,reach me,district\nAnn Lee,ann@example.org,07700 900001,GL5 1AA\n"
        "Bob Lee,bob@example.org,07700 900002,GL5 1AA\n"
    )

    assert targets(taken) == ["ignore", "email", "phone", "postcode"]


def test_counting_tells_everything_and_writes_nothing(
    opened: Opened, ada: Member, party: Organisation
) -> None:
    on_the_list(party, "known@example.org", "Known")
    on_the_list(party, "blank@example.org", "Blank")
    suppressing.suppress(party, channel="email", value="gone@example.org", reason="erased", at=NOON)
    suppressing.suppress(party, channel="email", value="stop@example.org", reason="asked", at=NOON)
    facts = Fact.objects.count()
    taken = opened(
        "first name,surname,email,email_opt_in,tags\n"
        "New,One,new@gmial.com,yes,vip\n"
        "New,One,new@gmial.com,,\n"
        "Known,,known@example.org,,\n"
        "Blank,Filled,blank@example.org,,\n"
        "Gone,A,gone@example.org,,\n"
        "Stop,A,stop@example.org,,\n"
        "Bad,A,bad@,,\n"
        "Office,A,info@example.org,,\n"
    )

    count = counted(taken, ada).counted

    told = ("rows", "people", "made", "matched", "changed", "refused", "suppressed", "unproved")
    assert [count[kind] for kind in told] == [8, 5, 3, 3, 1, 2, 1, 1]
    assert (count["typos"], count["roles"]) == (2, 1)
    assert Person.objects.count() == 2
    # Columns were settled and counted: nothing else is new in the journal.
    assert Fact.objects.count() == facts + 1
    why = [one.problems for one in samples.sampled(taken, count["samples"]["refused"])]
    assert why == [["“bad@” is not an e-mail address."], [suppressing.ERASED_REFUSAL]]


def test_the_count_and_the_import_agree(
    opened: Opened,
    ada: Member,
    as_ada: Client,
    party: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody new who gains a number further down the file is new, in both."""
    monkeypatch.setattr(previewing, "BATCH", 3)
    monkeypatch.setattr(importing, "BATCH", 3)
    on_the_list(party, "a0@example.org", "A")
    rows = "".join(
        f"{n % 7},A{n % 5},Lee,a{n % 11}@example.org,0770090000{n % 3}\n" for n in range(40)
    )
    file = f"member id,first name,surname,email,phone\n{rows}"
    taken = counted(opened(file), ada)

    choosing.take(taken, by=ada, at=NOON)
    done = importing.take_in(taken.pk)

    for kind in ("rows", "made", "matched", "changed", "refused"):
        assert getattr(done, kind) == taken.counted[kind], kind
    again = counted(opened(file), ada)
    page = as_ada.get(f"/settings/imports/{again.pk}").text
    assert "Nothing would change" in page
    assert "Take in" not in page


def test_a_file_heaps_no_more_than_fifty_addresses_on_one_person(
    opened: Opened, ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previewing, "BATCH", 40)
    monkeypatch.setattr(importing, "BATCH", 40)
    rows = "".join(f"1,Bea,many{n % 2}@example.org,077009000{n:02d}\n" for n in range(100))
    taken = counted(opened(f"member id,first name,email,phone\n{rows}"), ada)

    choosing.take(taken, by=ada, at=NOON)
    done = importing.take_in(taken.pk)

    assert Person.objects.get().contact_points.count() == 50
    assert (taken.counted["refused"], done.refused) == (52, 52)
    assert done.refusals.first().reason == crowding.TOO_MANY


def test_a_heading_is_remembered(opened: Opened, ada: Member) -> None:
    odd = [Choice("family_name"), Choice("email"), Choice("tags")]
    counted(opened("aa,bb,cc\nLee,ann@example.org,vip\n"), ada, *odd)

    again = opened("AA,BB,CC\nRay,bob@example.org,\n")

    assert targets(again) == ["family_name", "email", "tags"]
    assert RememberedColumns.objects.count() == 1


def test_a_column_becomes_a_field_of_ones_own(
    opened: Opened, ada: Member, party: Organisation
) -> None:
    choices = [
        Choice("full_name"),
        Choice("new", name="Shirt size", kind="text", purpose="To plan"),
        Choice("new", order="mdy", name="Born", kind="date", purpose="To plan"),
        Choice("new", name="Hours", kind="number", purpose="To plan"),
        Choice("new", name="Drives", kind="yes_no", purpose="To plan"),
    ]
    taken = opened('name,shirt,born,h,d\nAnn Lee,=L,04/05/1980,"1,200.5",Y\n')

    taken = counted(taken, ada, *choices)
    choosing.take(taken, by=ada, at=NOON)
    importing.take_in(taken.pk)

    kept = {
        value.field.key: value.text or value.on_date or value.number
        for value in CustomValue.objects.select_related("field")
    }
    assert {key: str(value) for key, value in kept.items()} == {
        "shirt_size": "=L",
        "born": "1980-04-05",
        "hours": "1200.5000",
        "drives": "1.0000",
    }


def test_every_problem_of_the_columns_is_told_at_once(opened: Opened, ada: Member) -> None:
    taken = opened("a,b,c,d\n1,01/02/2026,x,y\n")
    choices = [
        Choice("email"),
        Choice("joined_on"),
        Choice("email"),
        Choice("new", name=" ", kind="text"),
    ]

    with pytest.raises(CannotImport) as refusal:
        choosing.choose(taken, choices, Options(), by=ada, at=NOON)

    said = " ".join(refusal.value.args)
    assert "E-mail address is chosen for more than one" in said
    assert "in which order the dates under “b”" in said
    assert "Give the new field for “d” a name." in said


@pytest.mark.parametrize("name", ["Support level", "party", "Voting intention", "religion"])
def test_special_fields_need_a_legal_condition(opened: Opened, ada: Member, name: str) -> None:
    taken = opened("email,x\nann@example.org,1\n")
    choices = [Choice("email"), Choice("new", name=name, kind="text", purpose="To plan")]

    with pytest.raises(CannotImport, match="No legal condition"):
        choosing.choose(taken, choices, Options(), by=ada, at=NOON)

    assert not CustomField.objects.exists()


def test_proof_for_the_whole_file_needs_a_date_in_the_row(
    opened: Opened, ada: Member, email_wording: Wording
) -> None:
    taken = opened(
        "email,opt_in,agreed\nann@example.org,yes,2026-05-01\nbob@example.org,yes,\n"
        "cat@example.org,no,\n"
    )
    choices = [Choice("email"), Choice("email_consent"), Choice("email_consent_at", "ymd")]
    proof = {"email": {"wording": "2026-05", "source": "Join form"}}

    count = counted(taken, ada, *choices, proof=proof).counted

    assert (count["consents"], count["unproved"]) == (2, 1)


def test_columns_changed_while_counting_throw_the_count_away(opened: Opened, ada: Member) -> None:
    taken = opened("email\nann@example.org\n")
    choosing.choose(taken, [Choice("email")], Options(), by=ada, at=NOON)
    choosing.choose_again(taken)

    assert previewing.count(taken.pk) is None
    assert Import.objects.get().state == "choosing"


def test_in_the_browser_from_upload_to_report(as_ada: Client, party: Organisation) -> None:
    file = SimpleUploadedFile("list.csv", b"Name,Mail,x\nAnn Lee,ann@example.org,1\n")
    taken = Import.objects.get(pk=as_ada.post("/settings/imports/upload", {"file": file}).url[18:])
    here = f"/settings/imports/{taken.pk}"
    importing.open_file(taken.pk)

    assert as_ada.get(here).url == f"{here}/columns"
    page = as_ada.get(f"{here}/columns").content.decode()
    assert "Ann <b>Lee</b>" in page
    chosen = {
        "target-0": "full_name",
        "target-1": "email",
        "target-2": "new",
        "kind-2": "number",
        "purpose-2": "To plan",
    }
    part = as_ada.post(f"{here}/rows", chosen, headers={"HX-Target": "mapper"}).content.decode()
    assert "x: 1" in part
    wrong = as_ada.post(f"{here}/columns", {"target-0": "ignore"})
    assert wrong.status_code == 422
    as_ada.post(f"{here}/columns", chosen)
    previewing.count(taken.pk)
    before = as_ada.get(here).content.decode()
    assert "Take in 1 person" in before
    as_ada.post(f"{here}/take")
    importing.take_in(taken.pk)

    assert "Finished" in as_ada.get(here).content.decode()
    assert ContactPoint.objects.get().value == "ann@example.org"
    assert Person.objects.get().joined_at > MORNING


def test_a_file_put_away_is_gone(opened: Opened, ada: Member, tmp_path: Path) -> None:
    taken = opened("email\nann@example.org\n")

    clearing.put_away(taken, by=ada, at=NOON)

    assert Import.objects.get().state == "refused"
    assert list((tmp_path / "imports").iterdir()) == []


def test_two_files_at_once_find_each_others_people(
    opened: Opened, ada: Member, party: Organisation
) -> None:
    file = "name,email\nAnn Lee,ann@example.org\nBob Lee,bob@example.org\n"
    first, second = counted(opened(file), ada), counted(opened(file), ada)
    assert first.counted["made"] == second.counted["made"] == 2

    for taken in (first, second):
        choosing.take(taken, by=ada, at=NOON)
    done = [importing.take_in(taken.pk) for taken in (first, second)]

    assert [(d.made, d.matched, d.changed) for d in done] == [(2, 0, 0), (0, 2, 0)]
    assert Person.objects.count() == 2


def test_files_nobody_took_in_are_removed_after_a_week(opened: Opened, tmp_path: Path) -> None:
    opened("email\nann@example.org\n")

    early = clearing.put_away_old(at=now() + timedelta(days=6))
    late = clearing.put_away_old(at=now() + timedelta(days=8))

    assert (early, late) == (0, 1)
    assert "within a week" in Import.objects.get().problem
    assert list((tmp_path / "imports").iterdir()) == []


@pytest.mark.parametrize(
    ("heading", "lost"),
    [
        ("email,email_opt_in", "email_opt_in"),
        ("email,do not call", "do not call"),
        ("email,MAILCHIMP_STATUS", "MAILCHIMP_STATUS"),
    ],
)
def test_columns_of_opt_outs_cannot_be_left_out(
    opened: Opened, ada: Member, heading: str, lost: str
) -> None:
    taken = opened(f"{heading}\nann@example.org,\n")
    choices = [Choice("email"), Choice()]

    with pytest.raises(CannotImport, match=f"“{lost}” tells who asked to stop"):
        choosing.choose(taken, choices, Options("subscribed"), by=ada, at=NOON)


def test_nobody_says_subscribed_of_a_file_named_unsubscribed(opened: Opened, ada: Member) -> None:
    heading = "Email Address,MEMBER_RATING,LEID"
    taken = opened(f"{heading}\nann@example.org,2,1\n", "unsubscribed_members.csv")

    with pytest.raises(CannotImport, match="everyone in it is unsubscribed"):
        choosing.choose(
            taken, [Choice("email"), Choice(), Choice()], Options("subscribed"), by=ada, at=NOON
        )
