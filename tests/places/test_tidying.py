"""Postcodes as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.places.tidying import put_right, spaced

LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
REAL = ["GL51AA", "SW1A1AA", "M11AE", "B338TH", "CR26XH", "DN551PT", "W1A0AX", "EC1A1BB", "SO140AA"]


@pytest.mark.parametrize("code", REAL)
def test_a_real_postcode_stays_as_it_is(code: str) -> None:
    assert put_right(code) == code


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gl5 1aa", "GL51AA"),
        ("  Gl5-1Aa. ", "GL51AA"),
        ("g l 5 1 a a", "GL51AA"),
        ("GL5 IAA", "GL51AA"),
        ("SW1A OAA", "SW1A0AA"),
        ("SWIA 1AA", "SW1A1AA"),
        ("S014 0AA", "SO140AA"),
        ("0X1 1AA", "OX11AA"),
        ("C01 1AA", "CO11AA"),
        ("1P1 1AA", "IP11AA"),
        ("WlA OAX", None),
        ("ＧＬ５ １ＡＡ", "GL51AA"),
    ],
)
def test_only_what_has_one_reading_is_put_right(typed: str, meant: str | None) -> None:
    assert put_right(typed) == meant


@pytest.mark.parametrize("typed", ["", "GL5", "hello", "GL5 1A", "123456", "GL5 1AAA", "GL5 1A🙂"])
def test_what_has_no_postcodes_shape_is_none(typed: str) -> None:
    assert put_right(typed) is None


@st.composite
def postcodes(draw: st.DrawFn) -> str:
    """Any postcode whose first half follows the post office's rules."""
    area = draw(st.sampled_from(["B", "M", "GL", "SO", "OX", "IP", "CO", "SW", "LL"]))
    district = str(draw(st.integers(1, 99)))
    inward = str(draw(st.integers(0, 9)))
    ends = st.text(st.sampled_from(LETTERS), min_size=2, max_size=2)
    return area + district + inward + draw(ends)


@given(postcodes(), st.data())
def test_confusing_o_with_0_and_i_with_1_changes_nothing(code: str, data: st.DataObject) -> None:
    swap = {"0": "O", "1": "I", "O": "0", "I": "1"}
    typed = "".join(
        data.draw(st.sampled_from([c, swap[c]])) if c in swap and n >= len(code) - 3 else c
        for n, c in enumerate(code)
    )

    assert put_right(typed.lower()) == code


@given(postcodes(), st.lists(st.integers(0, 7)))
def test_spaces_and_case_change_nothing(code: str, gaps: list[int]) -> None:
    typed = code
    for gap in gaps:
        typed = typed[:gap] + " " + typed[gap:]

    assert put_right(typed.lower()) == put_right(spaced(code)) == code


@given(st.text(max_size=12))
def test_whatever_is_typed_the_answer_is_a_postcode_or_none(typed: str) -> None:
    right = put_right(typed)

    assert right is None or put_right(right) == right
