"""What is said of a whole file: which sheet, which slips are accepted, whether the file wins."""

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from django.test import Client

from muster.organisations.models import Member, Organisation
from muster.people import suppressing
from muster.people.imports import (
    choosing,
    importing,
    mapping,
    previewing,
    said_columns,
)
from muster.people.imports import (
    undoing as import_undoing,
)
from muster.people.imports.mapping import Choice, Options
from muster.people.imports.saving import CannotImport
from muster.people.models import ContactPoint, CustomField, CustomValue, Import, Person
from muster.people.record.models import PersonChange
from muster.places.models import Place
from tests.conftest import NOON
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

    def opened(content: str | bytes, name: str = "list.csv") -> Import:
        raw = content if isinstance(content, bytes) else content.encode()
        begun = importing.begin(party, [raw], name=name, by=ada, at=NOON)
        importing.open_file(begun.pk)
        return Import.objects.get(pk=begun.pk)

    return opened


def counted(taken: Import, ada: Member, options: Options, *choices: Choice) -> Import:
    chosen = choices or mapping.choices_of(taken.choices)
    choosing.choose(taken, chosen, options, by=ada, at=NOON)
    previewing.count(taken.pk)
    return Import.objects.get(pk=taken.pk)


def taken_in(taken: Import, ada: Member) -> Import:
    choosing.take(taken, by=ada, at=NOON)
    return importing.take_in(taken.pk)


def workbook(**sheets: list[list[object]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book["Hidden"].sheet_state = "hidden"
    book.save(out)
    return out.getvalue()


TWO = workbook(
    Notes=[["email"], ["ann@example.org"]],
    Blank=[],
    Members=[["Mail", "Surname"], ["bob@example.org", "Lee"]],
    Bare=[["Mail"]],
    Hidden=[["email"], ["eve@example.org"]],
)


def test_another_sheet_is_read_when_asked_for(opened: Opened, as_ada: Client) -> None:
    taken = opened(TWO, "list.xlsx")
    assert (taken.sheet, taken.sheets) == ("Notes", ["Notes", "Members", "Bare"])
    assert "Sheet, of 3 with rows" in as_ada.get(f"/settings/imports/{taken.pk}/columns").text

    as_ada.post(f"/settings/imports/{taken.pk}/sheet", {"sheet": "Members"})
    importing.open_file(taken.pk, sheet="Members")

    taken.refresh_from_db()
    assert (taken.state, taken.sheet, taken.heading) == ("choosing", "Members", ["Mail", "Surname"])


def test_a_sheet_that_cannot_be_read_leaves_the_one_that_could(opened: Opened) -> None:
    taken = opened(TWO, "list.xlsx")

    choosing.read_sheet(taken, "Bare")
    importing.open_file(taken.pk, sheet="Bare")

    taken.refresh_from_db()
    assert (taken.state, taken.sheet, taken.heading) == ("choosing", "Notes", ["email"])
    assert "“Bare” has a heading but no people" in taken.notes[0]
    assert previewing.kept(taken).made == 1


def test_a_hidden_sheet_or_none_is_not_opened(party: Organisation, opened: Opened) -> None:
    taken = opened(TWO, "list.xlsx")
    choosing.read_sheet(taken, "Hidden")
    assert Import.objects.get().state == "choosing"

    said = importing.begin_or_resume(party, [TWO], name="list.xlsx", at=NOON)
    with pytest.raises(CannotImport, match=r"“Hidden”\. There is: “Notes”, “Members”"):
        importing.settle(said, [], at=NOON, sheet="Hidden")


def test_a_page_of_words_before_the_list_is_passed_over(opened: Opened) -> None:
    taken = opened(workbook(Read=[["How to use"]], List=[["email"], ["a@b.example"]], Hidden=[]))

    assert (taken.state, taken.sheet, taken.sheets) == ("choosing", "List", ["Read", "List"])


SLIPS = "email,name\nann@gmial.com,Ann Lee\nbob@gmial.com,Bob Lee\ncat@lees.con,Cat Lee\n"


def addresses() -> set[str]:
    return set(ContactPoint.objects.values_list("value", flat=True))


def test_slips_are_accepted_one_kind_at_a_time_and_counted_again(
    opened: Opened, ada: Member, as_ada: Client, party: Organisation
) -> None:
    on_the_list(party, "bob@gmail.com", "Bob", "Lee")
    taken = counted(opened(SLIPS), ada, Options())
    here = f"/settings/imports/{taken.pk}"
    assert taken.counted["slips"] == {"gmial.com": 2, "others": 1}
    assert "Accept all 3" in as_ada.get(here).text

    as_ada.post(f"{here}/correct", {"slip": "gmial.com"})
    previewing.count(taken.pk)
    taken.refresh_from_db()
    page = as_ada.get(here).text
    done = taken_in(taken, ada)

    assert taken.counted["corrected"] == {"gmial.com": 2}
    assert (taken.counted["made"], taken.counted["matched"]) == (2, 1)
    assert "Corrected from ann@gmial.com, as you accepted." in page
    assert (done.made, done.matched) == (2, 1)
    assert addresses() == {"ann@gmail.com", "bob@gmail.com", "cat@lees.con"}
    assert done.options["corrected"] == ["gmial.com"]
    assert "gmail.com instead of gmial.com (2 rows)" in as_ada.get(here).text


def test_all_slips_are_accepted_at_once_and_one_kind_left_as_typed(
    opened: Opened, ada: Member
) -> None:
    taken = counted(opened(SLIPS), ada, Options())

    choosing.correct(taken, ["all"], is_slip=True)
    previewing.count(taken.pk)
    choosing.correct(taken, ["gmial.com"], is_slip=False)
    previewing.count(taken.pk)
    taken_in(Import.objects.get(), ada)

    assert addresses() == {"ann@gmial.com", "bob@gmial.com", "cat@lees.com"}


def test_who_asked_to_stop_at_the_mistyped_address_is_not_reached_at_another(
    opened: Opened, ada: Member, party: Organisation
) -> None:
    suppressing.suppress(party, channel="email", value="ann@gmial.com", reason="asked", at=NOON)

    taken = counted(opened(SLIPS), ada, Options(corrected=("all",)))
    done = taken_in(taken, ada)

    assert taken.counted["suppressed"] == done.suppressed == 1
    assert addresses() == {"ann@gmial.com", "bob@gmail.com", "cat@lees.com"}


def test_what_is_no_slip_cannot_be_accepted_on_the_command_line(opened: Opened) -> None:
    taken = opened(SLIPS)

    with pytest.raises(CannotImport, match=r"“example\.org” is not taken for mistyped"):
        said_columns.options(taken, status="", file_wins=False, corrected=["example.org"])


@pytest.fixture
def hours(party: Organisation) -> CustomField:
    return CustomField.objects.create(
        organisation=party, key="hours", name="Hours", kind="number", purpose="To plan"
    )


@pytest.fixture
def zoe(party: Organisation, hours: CustomField) -> Person:
    person = on_the_list(party, "zoe@example.org", "Zoë", "Hart")
    CustomValue.objects.create(
        organisation=party, person=person, field=hours, number=3, source="web", at=NOON
    )
    return person


def wins(taken: Import, ada: Member, hours: CustomField, *, file_wins: bool = True) -> Import:
    columns = [Choice(t) for t in ("email", "given_name", "family_name", f"field:{hours.pk}")]
    return counted(taken, ada, Options(file_wins=file_wins), *columns)


def says(person: Person) -> tuple[str, str, int]:
    person.refresh_from_db()
    return person.given_name, person.family_name, int(person.details.get().number or 0)


DIFFERS = "email,given,family,h\nzoe@example.org,Zed,,5\nzoe@example.org,Zo,,7\n"


def test_usually_a_file_fills_blanks_only(
    opened: Opened, ada: Member, zoe: Person, hours: CustomField
) -> None:
    taken = wins(opened(DIFFERS), ada, hours, file_wins=False)
    done = taken_in(taken, ada)

    assert says(zoe) == ("Zoë", "Hart", 3)
    assert (taken.counted["changed"], done.changed, done.overwritten) == (0, 0, 0)


def test_a_file_that_wins_overwrites_names_and_fields_with_history(
    opened: Opened, ada: Member, as_ada: Client, zoe: Person, hours: CustomField
) -> None:
    taken = wins(opened(DIFFERS), ada, hours)
    page = as_ada.get(f"/settings/imports/{taken.pk}").text
    done = taken_in(taken, ada)

    assert (taken.counted["changed"], taken.counted["overwritten"]) == (1, 1)
    assert "1 has a name or field overwritten" in page
    assert "Zoë becomes Zo." in page
    assert "Hours is overwritten." in page
    assert says(zoe) == ("Zo", "Hart", 7)  # the last row; a blank cell changes nothing
    assert (done.changed, done.overwritten) == (1, 1)
    changes = set(PersonChange.objects.values_list("field", "before", "after", "by"))
    assert changes == {
        ("given_name", "Zoë", "Zo", ada.pk),
        (f"custom:{hours.pk}", "3", "7", ada.pk),
    }
    assert "Zoë → Zo" in as_ada.get(f"/people/{zoe.code}").text


def test_the_same_file_that_wins_changes_nothing_the_second_time(
    opened: Opened, ada: Member, zoe: Person, hours: CustomField
) -> None:
    for _ in range(2):
        done = taken_in(wins(opened(DIFFERS), ada, hours), ada)

    assert (done.matched, done.changed) == (2, 0)


def test_an_undo_brings_back_what_the_file_overwrote(
    opened: Opened,
    ada: Member,
    zoe: Person,
    hours: CustomField,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importing, "BATCH", 1)
    new = "new@example.org,A,B,1\nnew@example.org,C,D,2\n"
    done = taken_in(wins(opened(DIFFERS + new), ada, hours), ada)
    assert (says(zoe), done.made) == (("Zo", "Hart", 7), 1)

    import_undoing.undo(done, by=ada, at=NOON)
    undone = import_undoing.carry_out(done.pk)

    assert undone.undone == {"gone": 1, "emptied": 1, "kept": {}}
    assert says(zoe) == ("Zoë", "Hart", 3)
    assert PersonChange.objects.filter(person=zoe, undoes=None).count() == 4
    assert PersonChange.objects.exclude(undoes=None).count() == 4
    assert list(Person.objects.all()) == [zoe]


def test_what_someone_changed_since_stays_when_the_file_is_undone(
    opened: Opened, ada: Member, zoe: Person, hours: CustomField
) -> None:
    from muster.people.record import editing
    from muster.people.record.changing import Who

    done = taken_in(wins(opened(DIFFERS), ada, hours), ada)
    zoe.refresh_from_db()
    editing.edit(zoe, {"given_name": "Zora"}, was={"given_name": "Zo"}, who=Who(ada, done.heard_at))

    import_undoing.undo(done, by=ada, at=NOON)
    undone = import_undoing.carry_out(done.pk)

    assert says(zoe) == ("Zora", "Hart", 7)
    assert undone.undone["kept"] == {"were changed since": 1}
