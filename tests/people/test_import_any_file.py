"""Files of every kind and origin: what they are taken for, and what is refused unopened."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from muster.organisations.models import Member, Organisation
from muster.people import consenting, summing_up, suppressing
from muster.people.imports import importing
from muster.people.models import ContactPoint, Import, Person, Summary
from muster.people.summary_models import Way
from muster.places.models import Place
from tests.conftest import NOON

Took = Callable[..., Import]


@pytest.fixture(autouse=True)
def _postcodes(postcode_book: Callable[..., None], stroud: Place) -> None:
    postcode_book({"GL51AA": stroud})


@pytest.fixture
def take(party: Organisation, ada: Member, settings: object, tmp_path: Path) -> Took:
    settings.VAR = tmp_path  # type: ignore[attr-defined]

    def take(content: str | bytes, name: str = "list.csv") -> Import:
        raw = content if isinstance(content, bytes) else content.encode()
        begun = importing.begin(party, [raw], name=name, by=ada, at=NOON, queued=False)
        return importing.take_in(begun.pk)

    return take


def workbook(*rows: list[object]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def zipped(**members: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "."), content)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850", "utf-16-le", "utf-32"])
def test_older_encodings_are_told_apart(take: Took, encoding: str) -> None:
    names = ["Zoë", "José", "Siân", "Günther", "Françoise", "Søren", "Anaïs", "Ñuño"]
    rows = "".join(f"{name},Müller,\n" for name in names)

    taken = take(f"given_name,family_name,email\n{rows}".encode(encoding))

    assert taken.made == len(names), taken.problem
    assert set(Person.objects.values_list("given_name", flat=True)) == set(names)


def test_lines_in_another_encoding_are_refused_and_the_rest_comes_in(take: Took) -> None:
    mixed = "given_name,family_name,email\nZoë,A,\n".encode() + "Søren,B,\n".encode("cp1252")

    taken = take(mixed)

    assert (taken.made, taken.refused) == (1, 1)
    assert "1 line is not written in the encoding of the rest" in taken.notes[0]
    assert "damaged" in taken.refusals.get().reason


@pytest.mark.parametrize("ends", ["\r", "\r\n"])
def test_lines_may_end_as_on_any_machine(take: Took, ends: str) -> None:
    assert take(f"name|email{ends}Ann Lee|ann@example.org{ends}").made == 1


def test_a_workbook_comes_in_with_its_dates_and_numbers(take: Took, stroud: Place) -> None:
    from datetime import date

    content = workbook(
        ["Surname", "First name", "Mobile", "Post code", "Joined", "Membership number"],
        ["Hart", "Zoë", 7700900001, "GL5 1AA", date(2026, 5, 1), 12.0],
    )

    taken = take(content, "list.xlsx")

    zoe = Person.objects.get()
    assert (taken.state, taken.kind) == ("finished", "xlsx")
    assert (zoe.given_name, zoe.seat, zoe.external_id) == ("Zoë", stroud, "12")
    assert zoe.contact_points.get().value == "+447700900001"
    assert zoe.joined_at.date() in (date(2026, 5, 1), date(2026, 4, 30))


def test_a_workbook_with_cells_at_its_far_end_is_refused(take: Took) -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"], book.active["XFD1048576"] = "email", "ann@example.org"
    book.save(out)

    taken = take(out.getvalue(), "list.xlsx")

    assert taken.state == "refused"
    assert "cells far apart" in taken.problem


def test_a_zip_that_lies_about_its_sizes_is_refused(take: Took) -> None:
    packed = bytearray(zipped(people__csv="email\nann@example.org\n" + "x" * 5_000))
    entry = packed.index(b"PK\x01\x02")
    packed[entry + 24 : entry + 28] = struct.pack("<I", 10)

    taken = take(bytes(packed), "people.zip")

    assert taken.state == "refused"
    assert "not as large as it says" in taken.problem


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (zipped(a__csv="email\na@example.org\n", b__csv="email\nb@example.org\n"), "2 CSV files"),
        (zipped(a__txt="hello"), "no CSV file"),
        (zipped(a__csv="email\na@example.org\n")[:-40], "damaged or was cut off"),
        (workbook(["email"], ["a@example.org"])[:900], "damaged or was cut off"),
    ],
    # By name: the bytes hold the time they were made at.
    ids=["two files", "none", "cut off", "a workbook cut off"],
)
def test_other_zips_say_what_is_wrong(take: Took, content: bytes, words: str) -> None:
    taken = take(content, "list.zip")

    assert taken.state == "refused"
    assert words in taken.problem


def test_a_single_list_in_a_zip_is_read(take: Took) -> None:
    assert take(zipped(people__csv="email\nann@example.org\n"), "people.zip").made == 1


MAILCHIMP = "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,LEID,EUID,TAGS\n"


def mailchimp_row(name: str) -> str:
    tags = '"""vip"",""stall, 2026"""'
    return f"{name.lower()}@example.org,{name},Lee,2,2016-01-01 10:00:00,1,x,{tags}\n"


def test_mailchimps_zip_never_subscribes_who_unsubscribed(take: Took, party: Organisation) -> None:
    taken = take(
        zipped(
            **{
                "subscribed_members_export_1__csv": MAILCHIMP + mailchimp_row("Ann"),
                "unsubscribed_members_export_1__csv": MAILCHIMP + mailchimp_row("Bob"),
                "cleaned_members_export_1__csv": MAILCHIMP + mailchimp_row("Cat"),
            }
        ),
        "export.zip",
    )

    is_suppressed = suppressing.is_suppressed
    assert (taken.made, taken.unproved, taken.suppressed) == (3, 1, 1)
    ann = Person.objects.get(given_name="Ann")
    assert set(ann.tagged.values_list("tag__name", flat=True)) == {"vip", "stall, 2026"}
    assert is_suppressed(party, "email", "bob@example.org")
    assert not is_suppressed(party, "email", "ann@example.org")
    assert ContactPoint.objects.get(value="cat@example.org").state == "dead"
    for person in Person.objects.all():
        assert not consenting.standing(person)["email"].is_given


def test_a_mailchimp_file_alone_is_told_by_its_name_or_asked_about(
    take: Took, party: Organisation
) -> None:
    take(MAILCHIMP + mailchimp_row("Bob"), "unsubscribed_members_export_1.csv")
    nameless = take(MAILCHIMP + mailchimp_row("Cat"), "export.csv")

    assert suppressing.is_suppressed(party, "email", "bob@example.org")
    assert nameless.state == "refused"
    assert "Say which of Mailchimp's files this is" in nameless.problem


def test_nationbuilders_columns_dates_and_opt_outs(take: Took, party: Organisation) -> None:
    taken = take(
        "nationbuilder_id,email,email_opt_in,first_name,last_name,mobile_number,phone_number,"
        "federal_donotcall,tag_list,created_at,is_deceased,party\n"
        '7,ann@example.org,N,Ann,van Lee,07700900001,07700900002,Y,"vip, stall",05/04/2026,N,X\n'
        "8,bob@example.org,Y,Bob,Lee,,,N,,05/04/2026,Y,X\n"
    )

    ann = Person.objects.get()
    assert (taken.preset, taken.made, taken.refused) == ("nationbuilder", 1, 1)
    assert (ann.external_id, ann.family_name) == ("7", "van Lee")
    assert ann.joined_at.isoformat()[:7] == "2026-05"
    assert set(ann.tagged.values_list("tag__name", flat=True)) == {"vip", "stall"}
    assert ann.contact_points.filter(kind="phone").count() == 2
    assert suppressing.is_suppressed(party, "call", "+447700900001")
    assert not consenting.standing(ann)["email"].is_given


def test_action_networks_columns(take: Took, party: Organisation) -> None:
    taken = take(
        "email,uuid,first_name,last_name,zip_code,can2_phone,can2_sms_status,"
        "can2_subscription_status,can2_subscription_date,can2_user_city,can2_user_tags\n"
        "ann@example.org,u-1,Ann,Lee,GL5 1AA,07700900001,unsubscribed,subscribed,"
        '2026-05-01,Stroud,"a, b"\n'
        "bob@example.org,u-2,Bob,Lee,,,,unsubscribed,2026-05-01,,\n"
    )

    assert (taken.preset, taken.made, taken.unproved) == ("actionnetwork", 2, 1)
    assert suppressing.is_suppressed(party, "sms", "+447700900001")
    assert suppressing.is_suppressed(party, "email", "bob@example.org")
    assert Person.objects.get(external_id="u-1").address == "Stroud"


def test_civicrms_columns(take: Took, party: Organisation) -> None:
    taken = take(
        "Contact ID,Contact Type,Sort Name,First Name,Last Name,Do Not Phone,Do Not Email,"
        "Do Not Trade,No Bulk Emails (User Opt Out),Email,Phone,Street Address,City,Postal Code\n"
        '5,Individual,"Lee, Ann",Ann,Lee,,,,1,ann@example.org,07700900001,1 High St,Stroud,\n'
    )

    assert (taken.preset, taken.made) == ("civicrm", 1)
    assert suppressing.is_suppressed(party, "email", "ann@example.org")
    assert Person.objects.get().address == "1 High St, Stroud"


def test_who_stops_by_a_file_is_counted_as_stopped(take: Took, party: Organisation) -> None:
    take("email\nann@example.org\n")
    summing_up.catch_up(party.pk)

    take("email,do not email\nann@example.org,yes\n")
    summing_up.catch_up(party.pk)

    assert Summary.objects.get().email == Way.STOPPED
