"""A list of people leaves the house only when a second person has looked (SEC-2)."""

import csv
import io
import zipfile
from datetime import timedelta

import pytest

from muster.organisations import conditions
from muster.organisations.models import AuditEntry, Member, Organisation
from muster.people import consenting, suppressing
from muster.people.models import CustomField, CustomValue, Person, Wording
from muster.places.models import Place
from muster.places.scope import reach_of
from muster.privacy import exporting, making
from muster.privacy.models import Export
from muster.web.today_privacy import exports_ready
from tests.conftest import MORNING, NOON, signed_in, supporter
from tests.people.conftest import email_wording  # noqa: F401

ASKED = exporting.Asked(("given_name", "family_name", "email", "may_email"), "For the count")


def contents(export: Export, name: str = "people.csv") -> list[list[str]]:
    with zipfile.ZipFile(exporting.file_of(export)) as bundle:
        return list(csv.reader(io.StringIO(bundle.read(name).decode("utf-8-sig"))))


def made(party: Organisation, asked: exporting.Asked, by: Member, other: Member) -> Export:
    export = exporting.ask(party, asked, by=by, at=MORNING)
    exporting.approve(export, by=other, at=NOON)
    making.make(export.pk, NOON)
    export.refresh_from_db()
    return export


def test_whoever_asked_fetches_what_another_approved(
    party: Organisation, ada: Member, eve: Member, cleo: Person
) -> None:
    export = made(party, ASKED, ada, eve)

    path = exporting.fetch(export, by=ada, at=NOON)

    assert path.is_file()
    assert contents(export) == [
        ["given_name", "family_name", "email", "may_email"],
        ["Cleo", "Winter", "cleo.winter@example.com", "no"],
    ]
    entries = AuditEntry.objects.filter(organisation=party).order_by("number")
    assert list(entries.values_list("kind", "member")) == [
        ("export asked for", ada.pk),
        ("export approved", eve.pk),
        ("people exported", ada.pk),
        ("export fetched", ada.pk),
    ]


def test_nobody_approves_what_they_asked_for(
    party: Organisation, ada: Member, ben: Member, drew: Member, cleo: Person
) -> None:
    export = exporting.ask(party, ASKED, by=ada, at=MORNING)

    for member, words in ((ada, "Someone else"), (ben, "may not"), (drew, "may not")):
        with pytest.raises(exporting.CannotExport, match=words):
            exporting.approve(export, by=member, at=NOON)
    making.make(export.pk, NOON)

    assert not exporting.file_of(export).exists()


def test_nobody_else_fetches_it(party: Organisation, ada: Member, eve: Member) -> None:
    export = made(party, ASKED, ada, eve)

    with pytest.raises(exporting.CannotExport, match="Only Ada Marsh"):
        exporting.fetch(export, by=eve, at=NOON)


def test_an_ask_lapses_and_a_file_goes_after_seven_days(
    party: Organisation, ada: Member, eve: Member
) -> None:
    late = exporting.ask(party, ASKED, by=ada, at=MORNING)
    with pytest.raises(exporting.CannotExport, match="more than three days"):
        exporting.approve(late, by=eve, at=MORNING + timedelta(days=3))

    export = made(party, ASKED, ada, eve)
    assert making.clear(NOON + timedelta(days=7)) == 1
    assert making.clear(NOON + timedelta(days=7)) == 0
    with pytest.raises(exporting.CannotExport, match="file is gone"):
        exporting.fetch(export, by=ada, at=NOON)


def test_an_organiser_takes_out_their_own_seat_alone(
    party: Organisation, ben: Member, eve: Member, cleo: Person, neath: Place
) -> None:
    supporter(party, "Wyn", "Rees", neath)

    export = made(party, ASKED, ben, eve)

    assert [row[0] for row in contents(export)[1:]] == ["Cleo"]


def test_who_asked_to_stop_may_not_be_reached(
    party: Organisation,
    ada: Member,
    eve: Member,
    cleo: Person,
    email_wording: Wording,  # noqa: F811
) -> None:
    zoe = supporter(party, "Zoë", "Hart", email="zoe.hart@example.com")
    for person in (cleo, zoe):
        consenting.give(person, "email", wording=email_wording, source="Stall", at=MORNING)
    suppressing.suppress(
        party, channel="email", value="zoe.hart@example.com", reason="asked", at=NOON
    )

    export = made(party, ASKED, ada, eve)

    assert [(row[0], row[3]) for row in contents(export)[1:]] == [("Cleo", "yes"), ("Zoë", "no")]


def test_formulas_come_out_harmless(party: Organisation, ada: Member, eve: Member) -> None:
    supporter(party, '=HYPERLINK("//x")', "Smith", email="a@example.org")

    export = made(party, ASKED, ada, eve)

    assert contents(export)[1][0] == '\'=HYPERLINK("//x")'


def test_special_data_needs_a_condition_of_the_law(
    party: Organisation, ada: Member, ben: Member, eve: Member, cleo: Person
) -> None:
    field = CustomField.objects.create(
        organisation=party, key="leans", name="Leans to", kind="text", is_special=True
    )
    CustomValue.objects.create(
        organisation=party, person=cleo, field=field, text="Labour", at=MORNING
    )
    asked = exporting.Asked(("given_name", "field:leans"), "For the count")
    with pytest.raises(exporting.CannotExport, match="No legal condition"):
        exporting.ask(party, asked, by=ada, at=MORNING)
    conditions.settle(party, kind="members", policy="APD 1", by=ada, at=MORNING)
    with pytest.raises(exporting.CannotExport, match="You may not see Leans to"):
        exporting.ask(party, asked, by=ben, at=MORNING)

    export = made(party, asked, ada, eve)

    assert export.has_special
    assert contents(export)[1] == ["Cleo", "Labour"]


def test_parquet_holds_the_values_as_they_are(
    party: Organisation, ada: Member, eve: Member
) -> None:
    duckdb = pytest.importorskip("duckdb")
    supporter(party, "=1+1", "Smith", email="a@example.org")
    asked = exporting.Asked(("given_name", "email"), "For the count", format="parquet")

    export = made(party, asked, ada, eve)

    with zipfile.ZipFile(exporting.file_of(export)) as bundle:
        path = bundle.extract("people.parquet", exporting.file_of(export).parent)
        assert "approved by Eve Lowe" in bundle.read("READ ME FIRST.txt").decode()
    assert duckdb.read_parquet(path).fetchall() == [("=1+1", "a@example.org")]


def test_a_crash_half_way_leaves_no_file_and_it_is_made_anew(
    party: Organisation, ada: Member, eve: Member, cleo: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = exporting.ask(party, ASKED, by=ada, at=MORNING)
    exporting.approve(export, by=eve, at=NOON)
    with monkeypatch.context() as broken:
        broken.setattr(making, "about", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            making.make(export.pk, NOON)
    assert not exporting.file_of(export).exists()

    making.make(export.pk, NOON)
    making.make(export.pk, NOON)

    assert len(contents(export)) == 2
    assert AuditEntry.objects.filter(kind="people exported").count() == 1


def test_it_is_asked_for_approved_and_fetched_on_pages(
    party: Organisation, ada: Member, eve: Member, cleo: Person
) -> None:
    asks, decides = signed_in(ada), signed_in(eve)
    form = {"columns": ["given_name", "email"], "format": "csv", "reason": "For the count"}
    assert asks.post("/privacy/exports/ask", {"format": "csv"}).status_code == 422

    there = asks.post("/privacy/exports/ask", form).headers["Location"]
    own = asks.post(f"{there}/approve")
    assert b"nobody approves what they asked for" in own.content
    assert b"1 export waits" in decides.get("/privacy/exports/").content
    assert b"Approve: 1 person to Ada Marsh" in decides.get(there).content
    decides.post(f"{there}/approve")
    making.make(Export.objects.get().pk, NOON)
    Export.objects.update(good_until=NOON + timedelta(days=9000))

    assert decides.get(f"{there}/file").status_code == 409
    assert exports_ready(ada, reach_of(ada, at=NOON), NOON) == 1
    answer = asks.get(f"{there}/file")
    assert exports_ready(ada, reach_of(ada, at=NOON), NOON) == 0
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(answer)[:2] == b"PK"  # type: ignore[attr-defined]
