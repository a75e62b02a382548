"""The quick way to read a number says what the library says, number by number."""

import random

import pytest

from muster.people import contacts
from muster.people.contacts import NotAPhone, normal_phone

SHAPES = (
    "0{n}",
    "{n}",
    "+44{n}",
    "0044{n}",
    "44{n}",
    "+44 (0){n}",
    "440{n}",
    "+440{n}",
    "0{a} {b}",
    "(0{a}) {b}",
    "+44 {a}-{b}",
    "0{a}.{b}",
)


def generated(how_many: int) -> list[str]:
    """Numbers as people type them: mobiles, landlines, costly ones, too short and too long."""
    dice = random.Random(44)
    starts = ["7", "77009", "74", "75", "78", "79", "70", "76", "1", "11", "12", "13", "14", "15"]
    starts += ["16", "17", "18", "19", "1204", "1667", "20", "23", "28", "2", "3", "80", "84", "87"]
    starts += ["9", "5", "56", "0", ""]
    found = []
    for _ in range(how_many):
        start = dice.choice(starts)
        length = dice.choices([10, 9, 8, 11, 7], [80, 12, 3, 3, 2])[0]
        digits = start + "".join(dice.choices("0123456789", k=length - len(start)))
        shape = dice.choice(SHAPES)
        found.append(shape.format(n=digits, a=digits[:4], b=digits[4:]))
    return found


def asked(read: object, typed: str) -> str:
    try:
        return read(typed)  # type: ignore[operator,no-any-return]
    except NotAPhone:
        return "none"


def by_library(typed: str) -> str:
    return contacts._by_library(typed, typed.strip().replace("(0)", ""), "GB")


def test_quick_and_slow_ways_agree_over_many_numbers() -> None:
    typed = generated(8_000)

    answers = [(one, asked(normal_phone, one), asked(by_library, one)) for one in typed]

    differing = [each for each in answers if each[1] != each[2]]
    # Numbers that never ring anyone: ours alone, for made-up people.
    assert [each for each in differing if not each[1].startswith("+447700900")] == []
    assert sum(quick != "none" for _, quick, _ in answers) > 2_000


@pytest.mark.parametrize("typed", ["07700 900123", "+44 7700 900123", "0117 496 0123"])
def test_plain_numbers_take_the_quick_way(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contacts, "_by_library", None)

    assert normal_phone(typed).startswith("+44")
