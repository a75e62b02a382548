"""Files of people: what goes in, what is refused and why, and going on after a crash."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client

from muster.journal.models import Fact
from muster.lib.times import now
from muster.organisations.models import Member, Organisation
from muster.people import consenting, suppressing
from muster.people.duplicates import merging
from muster.people.imports import importing, intake, validating
from muster.people.models import ContactPoint, Import, Person, PersonWord, Wording
from muster.places.models import Place
from tests.conftest import NOON, signed_in, supporter
from tests.people.making import on_the_list

Took = Callable[..., Import]
HEADING = "external_id,given_name,family_name,email,phone,postcode,seat"
CONSENT = "email_consent,email_consent_wording,email_consent_source,email_consent_at"


@pytest.fixture(autouse=True)
def _postcodes(postcode_book: Callable[..., None], stroud: Place) -> None:
    postcode_book({"GL51AA": stroud})


@pytest.fixture
def take(party: Organisation, ada: Member, settings: object, tmp_path: Path) -> Took:
    """Take a file in at once: its text, or its bytes."""
    settings.VAR = tmp_path  # type: ignore[attr-defined]

    def take(content: str | bytes) -> Import:
        raw = content if isinstance(content, bytes) else content.encode()
        begun = importing.begin(party, [raw], name="list.csv", by=ada, at=NOON, queued=False)
        return importing.take_in(begun.pk)

    return take


def reasons(taken: Import) -> dict[int, str]:
    return dict(taken.refusals.values_list("line", "reason"))


def test_people_come_in_placed_and_findable(take: Took, stroud: Place) -> None:
    taken = take(f"{HEADING}\n7,Zoë,Hart,Zoe@Example.org,07700 900001,gl5 1aa,\n")

    zoe = Person.objects.get(external_id="7")
    assert (taken.state, taken.rows, taken.made) == ("finished", 1, 1)
    assert (zoe.seat, zoe.seat_how, zoe.postcode) == (stroud, "postcode", "GL5 1AA")
    values = ContactPoint.objects.filter(person=zoe).values_list("value", flat=True)
    assert set(values) == {"zoe@example.org", "+447700900001"}
    assert PersonWord.objects.filter(word="zoe", person_id=zoe.pk, seat_id=stroud.pk).exists()
    assert Fact.objects.filter(kind="person imported", person_id=zoe.pk).count() == 1


def test_the_same_file_twice_changes_nothing(take: Took) -> None:
    file = f"{HEADING}\n7,Zoë,Hart,zoe@example.org,,,\n,Ann,Lee,,07700900002,,\n"

    take(file)
    again = take(file)

    assert (again.made, again.matched, again.refused) == (0, 2, 0)
    assert Person.objects.count() == 2


def test_every_problem_of_a_row_is_told_at_once(take: Took) -> None:
    taken = take(f"{HEADING}\n1,=HYPERLINK(1),Hart,zoe@,12,ZZZ,Nowhere\n2,Ann,Lee,,,,\n")

    why = reasons(taken)[2]
    assert (taken.made, taken.refused) == (1, 1)
    for part in ("formula", "“zoe@”", "“12”", "postcode", "“Nowhere”"):
        assert part in why


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)"])
def test_formula_cells_are_refused(take: Took, cell: str) -> None:
    taken = take(f'{HEADING}\n1,"{cell}",Hart,,,,\n')

    assert "formula" in reasons(taken)[2]


def test_consent_needs_wording_source_and_date(take: Took, email_wording: Wording) -> None:
    taken = take(
        f"given_name,family_name,email,{CONSENT}\n"
        "A,A,a@example.org,yes,2026-05,Join form,2026-05-01\n"
        "B,B,b@example.org,yes,,Join form,2026-05-01\n"
        "C,C,c@example.org,no,,,\n"
        "D,D,d@example.org,yes,1999-01,Join form,2026-05-01\n"
    )

    yes = {p.given_name: consenting.standing(p)["email"].is_given for p in Person.objects.all()}
    assert yes == {"A": True, "B": False, "C": False}
    assert (taken.consents, taken.unproved, taken.refused) == (2, 1, 1)
    assert "not known here" in reasons(taken)[5]


def test_who_asked_not_to_be_contacted_is_refused(take: Took, party: Organisation) -> None:
    suppressing.suppress(party, channel="email", value="zoe@example.org", reason="erased", at=NOON)

    taken = take(f"{HEADING}\n7,Zoë,Hart,ZOE@example.org,,,\n")

    refusal = taken.refusals.get()
    assert (refusal.reason, refusal.text) == (suppressing.ERASED_REFUSAL, "(erased)")
    assert not Person.objects.exists()


def test_known_people_only_gain_what_was_blank(
    take: Took, party: Organisation, stroud: Place
) -> None:
    known = on_the_list(party, "zoe@example.org", "Zoë")

    take(f"{HEADING}\n7,Zed,Hart,zoe@example.org,07700900001,GL5 1AA,\n")

    known.refresh_from_db()
    assert (known.given_name, known.family_name, known.external_id) == ("Zoë", "Hart", "7")
    assert known.seat == stroud
    assert PersonWord.objects.filter(word="hart", person_id=known.pk).exists()


def test_one_address_is_one_person_in_the_file_too(take: Took) -> None:
    taken = take(
        f"{HEADING}\n1,Ann,Lee,ann@example.org,,,\n2,Bob,Lee,ann@example.org,,,\n1,Ann,Lee,,,,\n"
    )

    assert (taken.made, taken.matched, taken.refused) == (1, 1, 1)
    assert "someone else" in reasons(taken)[3]


def test_another_organisations_people_are_left_alone(take: Took, rivals: Organisation) -> None:
    theirs = supporter(rivals, "Zoe", "Hart")

    taken = take(f"{HEADING}\n7,Zoë,Hart,zoe.hart@example.com,,GL5 1AA,\n")

    theirs.refresh_from_db()
    assert taken.made == 1
    assert theirs.postcode == ""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (HEADING.encode() + b"\n", "no people beneath"),
        (b"colour,size\nred,12\n", "No column says who the people are"),
        (b"Ann,Lee,ann@example.org\nBob,Lee,bob@example.org\n", "looks like a person"),
        (b"%PDF-1.7\n1 0 obj\n", "This is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "older Excel file"),
        (",".join(f"c{n}" for n in range(1_200)).encode() + b"\n1\n", "1,200 columns"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(take: Took, content: bytes, words: str) -> None:
    taken = take(content)

    assert taken.state == "refused"
    assert words in taken.problem
    assert not Person.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marked_encodings_are_understood(take: Took, encoding: str) -> None:
    take(f"{HEADING}\r\n7,Zoë,Hart,,,,\r\n".encode(encoding))

    assert Person.objects.get().given_name == "Zoë"


def test_semicolons_will_do(take: Took) -> None:
    take("given_name;family_name;email\nAnn;Lee;ann@example.org\n")

    assert Person.objects.get().family_name == "Lee"


def test_a_file_cut_off_loses_only_its_torn_row(take: Took) -> None:
    rows = "".join(f"{n},Ann,Lee,ann{n}@example.org,,,\n" for n in range(200))

    taken = take(f'{HEADING}\n{rows}200,Bob,"Le')

    assert (taken.state, taken.made, taken.refused) == ("finished", 200, 1)
    assert "breaks off" in reasons(taken)[202]


def test_a_stray_quote_costs_one_row(take: Took) -> None:
    rows = "".join(f"{n},Ann,Lee,ann{n}@example.org,,,\n" for n in range(100))

    taken = take(f'{HEADING}\n1000,"Bob,Lee,,,,\n{rows}')

    assert (taken.made, taken.refused) == (100, 1)
    assert 2 in reasons(taken)


def test_odd_cells_are_refused_row_by_row(take: Took) -> None:
    huge = "x" * 300_000
    taken = take(
        f"{HEADING}\n1,A\x00nn,Lee,,,,\n2,{huge},Lee,,,,\n3,Bob\n"
        f'4,"Mary\nJane",Lee,,,,\n5,{"y" * 150},Lee,,,,\n'
    )

    why = reasons(taken)
    assert "damaged" in why[2]
    assert "no end" in why[3]
    assert "breaks off" in why[4]
    assert "longer than 100" in why[7]
    assert Person.objects.get().given_name == "Mary Jane"


def test_it_goes_on_after_a_crash_and_repeats_nothing(
    take: Took, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"{n},Ann,Lee,ann{n}@example.org,,,\n" for n in range(95))
    monkeypatch.setattr(importing, "BATCH", 10)
    writes, real = iter(range(100)), intake.Intake.take

    def dies(self: intake.Intake, records: list[object]) -> intake.Tally:
        if next(writes) == 4:
            raise SystemExit
        return real(self, records)  # type: ignore[arg-type]

    monkeypatch.setattr(intake.Intake, "take", dies)
    with pytest.raises(SystemExit):
        take(f"{HEADING}\n{rows}")
    left = Import.objects.get()
    assert (left.state, left.rows) == ("running", 40)

    done = importing.take_in(left.pk)

    assert (done.state, done.rows, done.made) == ("finished", 95, 95)
    assert Person.objects.count() == 95


def test_stop_stops_after_the_batch_and_it_can_go_on(
    take: Took, ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"{n},Ann,Lee,ann{n}@example.org,,,\n" for n in range(30))
    monkeypatch.setattr(importing, "BATCH", 10)
    real = intake.Intake.take

    def pressed(self: intake.Intake, records: list[object]) -> intake.Tally:
        tally = real(self, records)  # type: ignore[arg-type]
        importing.stop(self.taken, by=ada, at=NOON)
        return tally

    with monkeypatch.context() as once:
        once.setattr(intake.Intake, "take", pressed)
        stopped = take(f"{HEADING}\n{rows}")
    assert (stopped.state, stopped.rows) == ("stopped", 10)

    importing.go_on(stopped)
    done = importing.take_in(stopped.pk)

    assert (done.state, done.made) == ("finished", 30)


def test_refused_rows_come_back_as_a_file_to_mend(take: Took) -> None:
    from muster.people.imports import refused

    taken = take(f"{HEADING}\n1,=cmd|x,Hart,,+44 7700 900001,,\n")

    lines = _lines(refused.lines(taken))
    assert lines[0] == f"line,reason,{HEADING}"
    assert lines[1].startswith("2,")
    assert "'=cmd|x" in lines[1]
    assert ",+44 7700 900001," in lines[1]


def test_the_page_of_refused_rows_holds_them(take: Took, ada: Member) -> None:
    taken = take(f"{HEADING}\n1,=cmd|x,Hart,,+44 7700 900001,,\n")

    answer = signed_in(ada).get(f"/settings/imports/{taken.pk}/refused.csv")

    assert b"'=cmd|x" in b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def _lines(lines: Iterator[str]) -> list[str]:
    return [line.removeprefix("\ufeff").rstrip("\r\n") for line in lines]


@pytest.mark.parametrize("typed", ["2026-05-01T00:00:00+23:00", "0001-01-01", "20260501T24"])
def test_odd_dates_keep_nobody_else_out(take: Took, typed: str) -> None:
    taken = take(f"given_name,family_name,email,joined_on\nAnn,Lee,,{typed}\nBob,Lee,,\n")

    assert taken.state == "finished"
    assert Person.objects.filter(given_name="Bob").exists()


def test_a_row_the_database_cannot_hold_is_refused_alone(
    take: Took, monkeypatch: pytest.MonkeyPatch
) -> None:
    too_long = "Bad" * 50
    lengths = tuple((name, 1_000) for name, _ in validating.NAMES)
    monkeypatch.setattr(validating, "NAMES", lengths)
    names = ["Ann", "Bea", too_long, "Cat", "Dee"]
    rows = "".join(f"{n},{name},Lee,,,,\n" for n, name in enumerate(names))

    taken = take(f"{HEADING}\n{rows}")

    assert (taken.state, taken.rows, taken.made, taken.refused) == ("finished", 5, 4, 1)
    assert reasons(taken) == {4: importing.CANNOT_HOLD}


def test_an_undated_no_taken_in_again_does_not_undo_a_later_yes(
    take: Took, email_wording: Wording
) -> None:
    file = "given_name,family_name,email,email_consent\nAnn,Lee,ann@example.org,no\n"
    take(file)
    ann = Person.objects.get()
    consenting.give(ann, "email", wording=email_wording, source="stall", at=now())

    take(file)

    assert consenting.standing(ann)["email"].is_given


def test_who_got_no_seat_is_counted_with_the_batch(
    take: Took, monkeypatch: pytest.MonkeyPatch, as_ada: Client
) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)

    taken = take(
        f"{HEADING}\n1,A,A,,,GL5 1AA,\n2,B,B,,,GL5 9ZZ,\n3,C,C,,,BT1 1AA,\n"
        "4,D,D,,,GL5 9ZZ,Stroud\n5,E,E,,,,\n"
    )
    page = as_ada.get(f"/settings/imports/{taken.pk}").content.decode()

    assert (taken.made, taken.unplaced) == (5, 3)
    assert "5 new people" in page
    assert "3 of them have no seat</a>: their postcodes are missing or not known" in page


def test_only_a_known_postcode_makes_a_household(take: Took) -> None:
    take(
        "external_id,given_name,family_name,email,address,postcode\n"
        "1,A,A,,1 High Street,GL5 1AA\n2,B,B,,1 High Street,GL5 1AA\n"
        "3,C,C,,1 High Street,GL5 9ZZ\n4,D,D,,1 High Street,GL5 9ZZ\n"
    )

    homes = dict(Person.objects.values_list("given_name", "household_id"))
    assert homes["A"] is not None
    assert homes["A"] == homes["B"]
    assert homes["C"] is homes["D"] is None


def test_a_file_that_still_names_someone_merged_finds_the_one_kept(
    take: Took, party: Organisation, ada: Member
) -> None:
    ann = on_the_list(party, "ann@example.org", "Ann", "Lee")
    old = on_the_list(party, "lee@example.org", "Ann", "Lee")
    for person, number in ((ann, "1"), (old, "2")):
        Person.objects.filter(pk=person.pk).update(external_id=number)
    merging.merge(ann, old, by=ada, at=NOON)

    taken = take(
        f"{HEADING}\n2,Ann,Lee,lee@example.org,07700900003,,\n1,Ann,Lee,,,,\n2,A,Lee,,,,\n"
    )

    assert (taken.made, taken.matched, taken.refused) == (0, 3, 0)
    assert Person.objects.count() == 1
