"""Dates, names, addresses and numbers as files write them."""

import pytest

from muster.people.imports import dates, guessing, mailchimp, splitting, statuses, typos


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["25/12/2025", "04/05/2026"], "dmy"),
        (["12/25/2025", "04/05/2026"], "mdy"),
        (["04/05/2026", "01/02/2026"], "?"),
        (["2026-05-04", "2026-05-04 10:00:00"], "ymd"),
        (["25/12/2025", "12/25/2025"], ""),
        (["4 May 2026", "25.12.2025"], "dmy"),
        (["", ""], ""),
        (["25/12/2025", "99/99/2026", "soon"], "dmy"),
        (["99/99/2026"], ""),
    ],
)
def test_the_order_of_dates_is_decided_by_the_whole_column(values: list[str], order: str) -> None:
    assert dates.order_of(values) == order


@pytest.mark.parametrize(
    ("heading", "cells", "target"),
    [
        ("Agreed to e-mail", "yes no", "email_consent"),
        ("Happy to be rung? call", "y n", "call_consent"),
        ("Please do not e-mail", "1 0", "email_stop"),
        ("Agreed to e-mail", "leaflet stall", "ignore"),
        ("Came by post", "yes no", "ignore"),
    ],
)
def test_a_column_of_yes_and_no_is_known_by_the_words_of_its_heading(
    heading: str, cells: str, target: str
) -> None:
    rows = [[f"p{n}@example.org", cell] for n, cell in enumerate(cells.split())]

    assert guessing.guess(["Email", heading], rows).choices[1].target == target


@pytest.mark.parametrize(
    ("typed", "order", "day"),
    [
        ("04/05/2026", "mdy", "2026-04-05"),
        ("04/05/2026", "dmy", "2026-05-04"),
        ("4.5.26", "dmy", "2026-05-04"),
        ("May 4, 2026", "dmy", "2026-05-04"),
        ("4 Sept 2026", "mdy", "2026-09-04"),
        ("04/05/2026 9:30 PM", "mdy", "2026-04-05"),
        ("2026-05-04T09:12:00Z", "dmy", "2026-05-04"),
    ],
)
def test_dates_are_read_in_their_order(typed: str, order: str, day: str) -> None:
    assert str(dates.read_day(typed, order)) == day


@pytest.mark.parametrize("typed", ["31/02/2026", "13/13/2026", "yesterday", "12", "", "٤/٥/2026x"])
def test_what_is_no_date_is_none(typed: str) -> None:
    assert dates.read(typed, "dmy") is None


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ludwig van Beethoven", ("Ludwig", "van Beethoven")),
        ("Juan de la Cruz", ("Juan", "de la Cruz")),
        ("María del Carmen García", ("María del Carmen", "García")),
        ("Siân ap Rhys", ("Siân", "ap Rhys")),
        ("Abd al-Rahman ibn Khalid", ("Abd al-Rahman", "ibn Khalid")),
        ("Dr Zoë Hart", ("Zoë", "Hart")),
        ("Hart, Zoë", ("Zoë", "Hart")),
        ("Martin Luther King, Jr.", ("Martin Luther", "King, Jr.")),
        ("Κώστας Παπαδόπουλος", ("Κώστας", "Παπαδόπουλος")),
        ("王小明", ("王小明", "")),
        ("Cher", ("Cher", "")),
        ("Ben Hale", ("Ben", "Hale")),
    ],
)
def test_full_names_are_split_and_every_letter_kept(name: str, parts: tuple[str, str]) -> None:
    assert splitting.split(name) == parts


@pytest.mark.parametrize(
    ("email", "meant"),
    [
        ("ann@gmial.com", "ann@gmail.com"),
        ("ann@hotmail.con", "ann@hotmail.com"),
        ("ann@yaho.co.uk", "ann@yahoo.co.uk"),
        ("ann@gmail.com", ""),
        ("ann@ymail.com", ""),
        ("ann@mail.com", ""),
        ("ann@example.org", ""),
    ],
)
def test_likely_slips_are_suggested(email: str, meant: str) -> None:
    assert typos.suggestion(email) == meant


def test_an_offices_address_is_told_from_a_persons() -> None:
    assert typos.is_role("info@example.org")
    assert not typos.is_role("ann.info@example.org")


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("subscribed_members_export_1.csv", "subscribed"),
        ("lists/Unsubscribed_email_audience_export.csv", "unsubscribed"),
        ("cleaned_members.csv", "cleaned"),
        ("nonsubscribed_email_audience_export.csv", "nonsubscribed"),
        ("people.csv", ""),
        ("my subscribed people.csv", ""),
    ],
)
def test_mailchimps_file_names_tell(name: str, status: str) -> None:
    assert mailchimp.status_of(name) == status


def test_statuses_nobody_knows_are_none() -> None:
    assert [statuses.read(s) for s in ("Subscribed", "spam complaint", "cleaned", "", "odd")] == [
        "yes",
        "stop",
        "dead",
        "",
        None,
    ]
