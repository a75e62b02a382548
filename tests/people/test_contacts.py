"""E-mail addresses and numbers, however they are typed."""

import pytest

from muster.people.contacts import (
    NotAnEmail,
    NotAPhone,
    national_digits,
    normal_email,
    normal_phone,
    shown_phone,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ann.Smith@Example.ORG", "ann.smith@example.org"),
        ("  ann@example.com ", "ann@example.com"),
        ("ann+news@mail.example.test", "ann+news@mail.example.test"),
        ("o'brien@example.org", "o'brien@example.org"),
        ("ann@bücher.example.org", "ann@xn--bcher-kva.example.org"),
    ],
)
def test_an_address_is_kept_in_one_way(typed: str, kept: str) -> None:
    assert normal_email(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "ann", "ann@", "@example.org", "ann@example", "a b@example.org", "ann..b@x.org"]
)
def test_what_is_no_address_is_refused_in_words(typed: str) -> None:
    with pytest.raises(NotAnEmail, match="is not an e-mail address"):
        normal_email(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "07700900123",
        "07700 900123",
        "(07700) 900-123",
        "+44 7700 900123",
        "+44 (0)7700 900123",
        "0044 7700 900123",
        "7700900123",
        "'07700900123",
    ],
)
def test_a_mobile_is_one_number_in_any_typing(typed: str) -> None:
    assert normal_phone(typed) == "+447700900123"


def test_landlines_and_numbers_from_abroad_are_kept_too() -> None:
    assert normal_phone("020 7946 0123") == "+442079460123"
    assert normal_phone("+1 202 555 0123") == "+12025550123"


@pytest.mark.parametrize("typed", ["", "12", "hello", "7.7009E+09", "07700 90012"])
def test_what_is_no_number_is_refused_in_words(typed: str) -> None:
    with pytest.raises(NotAPhone, match="is not a phone number"):
        normal_phone(typed)


def test_numbers_are_shown_as_people_write_them() -> None:
    assert shown_phone("+447700900123") == "07700 900123"
    assert national_digits("+442079460123") == "02079460123"


@pytest.mark.parametrize("typed", ["0900 1234567", "09012345678", "07600 123456"])
def test_numbers_that_charge_whoever_rings_are_refused(typed: str) -> None:
    """Premium rate, shared cost, pagers: a stranger could sign up with one."""
    with pytest.raises(NotAPhone):
        normal_phone(typed)


def test_an_address_longer_than_any_mail_server_takes_is_refused() -> None:
    with pytest.raises(NotAnEmail):
        normal_email("a" * 240 + "@example.org")
