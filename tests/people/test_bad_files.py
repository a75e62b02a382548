"""Broken, hostile and odd files: each ends in a clear message and a whole database.

More of them in test_importing.py and test_import_any_file.py; a file of gigabytes, cut off, is
proved in tests/prove/test_large_file.py.
"""

import io
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openpyxl
import pytest
from django.db import connection
from django.test import Client

from muster.organisations.models import Member, Organisation
from muster.people.imports import importing, refused, saving
from muster.people.imports import undoing as import_undoing
from muster.people.models import ContactPoint, CustomField, Import, Person
from tests.conftest import NOON

Took = Callable[..., Import]


@pytest.fixture(autouse=True)
def _postcodes(postcode_book: Callable[..., None]) -> None:
    postcode_book({})


@pytest.fixture
def folder(settings: object, tmp_path: Path) -> Path:
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    return tmp_path / "imports"


@pytest.fixture
def take(party: Organisation, ada: Member, folder: Path) -> Took:
    def take(content: str | bytes, name: str = "list.csv") -> Import:
        raw = content if isinstance(content, bytes) else content.encode()
        begun = importing.begin(party, [raw], name=name, by=ada, at=NOON, queued=False)
        return importing.take_in(begun.pk)

    return take


def workbook(**more: bytes) -> bytes:
    """One person in a workbook, with further members of its zip."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["email"])
    book.active.append(["ann@example.org"])
    book.save(out)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as made:
        for name, content in more.items():
            made.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def zipped(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, content)
    return out.getvalue()


MACROS = (
    "The workbook holds macros. None was run, and nothing was taken in: save it as an Excel"
    " workbook without macros (.xlsx) or as CSV, then upload that."
)
BOMB = b"0" * 30_000_000
REFUSED = {
    "a zip bomb": (
        "list.zip",
        lambda: zipped("people.csv", BOMB),
        "The file unpacks to far more than any list of people would: it was not opened.",
    ),
    "a bomb inside a zip inside a zip": (
        "list.zip",
        lambda: zipped("inner.zip", zipped("people.csv", BOMB)),
        "The zip holds no CSV file, and is no Mailchimp export: upload one CSV at a time.",
    ),
    "a zip bomb inside a workbook": (
        "list.xlsx",
        lambda: workbook(xl__media__1=BOMB),
        "The file unpacks to far more than any list of people would: it was not opened.",
    ),
    "a workbook with macros": (
        "list.xlsm",
        lambda: workbook(xl__vbaProject_bin=b"macro"),
        MACROS,
    ),
    "one renamed to look as if it had none": (
        "list.xlsx",
        lambda: workbook(xl__vbaProject_bin=b"macro"),
        MACROS,
    ),
    "a header only": (
        "list.csv",
        lambda: b"email,name\r\n",
        "The file has a heading but no people beneath it.",
    ),
    "a header only, in a workbook": (
        "list.xlsx",
        lambda: _heading_alone(),
        "The file has a heading but no people beneath it.",
    ),
    "nothing but NUL bytes": (
        "list.csv",
        lambda: b"\x00" * 5_000,
        "The first row is no heading: name each column there, then upload it again.",
    ),
    "a picture": (
        "list.csv",
        lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(1, 256)) * 8,
        "This is no list, but a picture or another program's own kind of file: upload CSV, an Excel"
        " workbook or a zip.",
    ),
    "a workbook cut off in the middle": (
        "list.xlsx",
        lambda: workbook()[:2_000],
        "The file is damaged or was cut off on its way: export it again, then upload it again.",
    ),
    "more columns than are read": (
        "list.csv",
        lambda: b"email" + b",q" * 1_000 + b"\nann@example.org" + b"," * 1_000,
        "The file has 1,001 columns, more than the 1,000 read here."
        " Remove those that are not needed.",
    ),
}


def _heading_alone() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["email"])
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_cannot_be_taken_in_says_so_and_leaves_nothing(
    take: Took, folder: Path, kind: str
) -> None:
    name, content, words = REFUSED[kind]

    taken = take(content(), name)

    assert (taken.state, taken.problem) == ("refused", words)
    assert not Person.objects.exists()
    assert list(folder.iterdir()) == []


def test_a_file_over_2_gb_is_refused_while_it_comes(
    party: Organisation, ada: Member, as_ada: Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "LARGEST", 1_000)
    sent = iter([b"x" * 600] * 1_000)

    with pytest.raises(saving.CannotImport, match="The file is larger than 2 GB: split it"):
        importing.begin(party, sent, name="list.csv", by=ada, at=NOON)
    page = as_ada.post("/settings/imports/upload", {"file": io.BytesIO(b"x" * 2_000)})

    assert len(list(sent)) == 998  # the rest was not even read
    assert (page.status_code, "larger than 2 GB" in page.text) == (422, True)
    assert not Import.objects.exists()
    assert list(folder.iterdir()) == []


FORMULA = '=HYPERLINK("http://example.org","Ann")'


def test_formulas_are_kept_as_text_where_they_may_be_and_harmless_on_their_way_out(
    take: Took, party: Organisation
) -> None:
    CustomField.objects.create(
        organisation=party, key="about", name="About", kind="text", purpose="To plan"
    )
    cell = FORMULA.replace('"', '""')
    taken = take(f'email,name,about\nann@example.org,Ann,"{cell}"\nbob@example.org,"{cell}",x\n')

    out = "".join(refused.lines(taken))

    assert (taken.made, taken.refused) == (1, 1)
    assert Person.objects.get().details.get().text == FORMULA
    assert (
        taken.refusals.get().reason == "The family name begins with “=” like a spreadsheet formula."
    )
    assert f""","'{cell}",""" in out


def test_nul_bytes_cost_their_rows_and_no_others(take: Took) -> None:
    taken = take(b"em\x00ail,name\nann@example.org,A\x00nn\n\x00\x00\nbob@example.org,Bob\n")

    assert (taken.state, taken.heading, taken.made) == ("finished", ["email", "name"], 1)
    assert set(taken.refusals.values_list("line", "reason")) == {
        (2, "Holds damaged characters."),
        (3, "The row breaks off: it has 1 columns where the heading has 2."),
    }


def test_300_columns_of_which_many_are_of_use(take: Took, party: Organisation) -> None:
    for n in range(3):
        CustomField.objects.create(
            organisation=party, key=f"q{n}", name=f"q{n}", kind="text", purpose="To plan"
        )

    taken = take(
        ",".join(["email", *(f"q{n}" for n in range(299))]) + "\na@example.org" + ",x" * 299
    )

    assert (taken.state, taken.made, len(taken.choices)) == ("finished", 1, 300)
    assert Person.objects.get().details.count() == 3


def test_one_person_over_and_over_without_an_address_is_one_person(take: Took) -> None:
    taken = take("name,phone,tags\n" + "Ann Lee,07700900001,vip\n" * 6_000)

    assert (taken.state, taken.made, taken.matched) == ("finished", 1, 5_999)
    assert ContactPoint.objects.count() == Person.objects.get().tagged.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_the_same_moment_make_everyone_once(
    party: Organisation, ada: Member, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 5)
    rows = [f"A{n} Lee,a{n}@example.org\n" for n in range(20)]
    files = ["name,email\n" + "".join(order) for order in (rows, rows[::-1])]
    begun = [
        importing.begin(party, [file.encode()], name="list.csv", by=ada, at=NOON, queued=False)
        for file in files
    ]

    def take_in(number: int) -> Import:
        try:
            return importing.take_in(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        done = list(both.map(take_in, [one.pk for one in begun]))

    assert [one.state for one in done] == ["finished", "finished"]
    assert sorted((one.made, one.matched) for one in done) == [(0, 20), (20, 0)]
    assert Person.objects.count() == ContactPoint.objects.count() == 20


def test_an_undo_pressed_while_a_file_is_being_taken_in_waits_for_it_to_stop(
    take: Took, ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    from muster.people.imports import intake

    said, real = [], intake.Intake.take

    def pressed(self: intake.Intake, records: list[object]) -> intake.Tally:
        try:
            import_undoing.undo(self.taken, by=ada, at=NOON)
        except import_undoing.CannotUndoImport as refusal:
            said.append(str(refusal))
        return real(self, records)  # type: ignore[arg-type]

    monkeypatch.setattr(intake.Intake, "take", pressed)
    taken = take("email\nann@example.org\n")
    assert said == ["It is still being taken in: stop it first, then undo it."]
    assert (taken.state, Person.objects.count()) == ("finished", 1)

    import_undoing.undo(taken, by=ada, at=NOON)
    assert import_undoing.carry_out(taken.pk).state == "undone"
    assert not Person.objects.exists()
