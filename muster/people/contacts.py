"""E-mail addresses and phone numbers as people type them, and the one way they are kept."""

import re
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email

_PLAIN_EMAIL = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
)
_GB: Any = phonenumbers.PhoneMetadata.metadata_for_region("GB")
# The library's own patterns for mobiles and landlines, tried before all that it does besides:
# it reads 18,000 numbers a second, and a list of a million people has a million.
# Ofcom's numbers for drama are in no pattern, and all that made-up people have.
_DRAMA = "7700900[0-9]{3}"
_PLAIN_PHONE = re.compile(
    rf"(?:\+44|0044|44)?0?({_DRAMA}|"
    f"{_GB.mobile.national_number_pattern}|{_GB.fixed_line.national_number_pattern})"
)
# A stranger signs up with one of these, and whoever rings back pays by the minute.
_COSTLY = {
    phonenumbers.PhoneNumberType.PREMIUM_RATE,
    phonenumbers.PhoneNumberType.SHARED_COST,
    phonenumbers.PhoneNumberType.PAGER,
    phonenumbers.PhoneNumberType.VOICEMAIL,
}
_PUNCTUATION = str.maketrans("", "", " \u00a0-().")


class NotAnEmail(ValueError):
    """What was typed is no e-mail address; says so in words for the person who typed it."""


class NotAPhone(ValueError):
    """What was typed is no phone number; says so in words for the person who typed it."""


def normal_email(text: str) -> str:
    """The address in lower case, its domain in ASCII. Asks no name server.

    Raises `NotAnEmail`.
    """
    typed = text.strip().lower()
    if len(typed) <= 254 and _PLAIN_EMAIL.fullmatch(typed) and typed.index("@") <= 64:
        return typed
    try:
        checked = validate_email(
            typed,
            check_deliverability=False,
            allow_smtputf8=False,
            globally_deliverable=False,
            strict=True,
        )
    except EmailNotValidError as problem:
        raise NotAnEmail(f"“{_shown(typed)}” is not an e-mail address.") from problem
    if checked.ascii_email is None or "." not in checked.ascii_domain:
        raise NotAnEmail(f"“{_shown(typed)}” is not an e-mail address.")
    return checked.ascii_email.lower()


def normal_phone(text: str, region: str = "GB") -> str:
    """The number as E.164 ("+447700900123"), read as dialled in `region`.

    Raises `NotAPhone`.
    """
    typed = text.strip().lstrip("'").replace("(0)", "")
    if region == "GB" and (plain := _PLAIN_PHONE.fullmatch(typed.translate(_PUNCTUATION))):
        return f"+44{plain[1]}"
    return _by_library(text, typed, region)


def _by_library(text: str, typed: str, region: str) -> str:
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException as problem:
        raise NotAPhone(f"“{_shown(text)}” is not a phone number.") from problem
    if not phonenumbers.is_valid_number(number):
        raise NotAPhone(f"“{_shown(text)}” is not a phone number.")
    if phonenumbers.number_type(number) in _COSTLY:
        raise NotAPhone(f"“{_shown(text)}” is a number that charges whoever rings it.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def national_digits(e164: str) -> str:
    """The number as dialled at home, digits only: "07700900123" for "+447700900123"."""
    if e164.startswith("+44"):
        return "0" + e164[3:]
    number = phonenumbers.parse(e164, None)
    shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return "".join(filter(str.isdigit, shown))


def shown_phone(e164: str) -> str:
    """The number spaced as people write it: "07700 900123"; from abroad with its country."""
    form = phonenumbers.PhoneNumberFormat
    number = phonenumbers.parse(e164, None)
    at_home = number.country_code == 44
    return phonenumbers.format_number(number, form.NATIONAL if at_home else form.INTERNATIONAL)


def _shown(text: str) -> str:
    """The beginning of what was typed, fit to be quoted back."""
    printable = "".join(c if c.isprintable() else "�" for c in text[:60].strip())
    return printable + ("…" if len(text) > 60 else "")
