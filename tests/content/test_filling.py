"""Fields: read, filled, kept apart from what only looks like one."""

from muster.content.filling import (
    Field,
    Open,
    Stray,
    clean,
    inert,
    parts_of,
    problems_with_fields,
    split_open,
    unknown,
    written_open,
)


def test_a_field_may_carry_a_fallback() -> None:
    assert parts_of("Dear {first_name|friend},") == [
        "Dear ",
        Field("first_name", "friend"),
        ",",
    ]


def test_two_braces_stand_for_one() -> None:
    assert parts_of("{{seat}}") == ["{", "seat", "}"]


def test_a_brace_that_closes_nothing_is_named() -> None:
    assert parts_of("one } two") == ["one ", Stray("}"), " two"]
    assert problems_with_fields("one } two") == ["A } stands alone: write }} for a brace itself"]


def test_an_unknown_field_is_named_with_the_nearest() -> None:
    assert unknown("seats") == "{seats} is not a field (did you mean {seat}?)"
    assert unknown("First Name") == "{First Name} is not a field (did you mean {first_name}?)"
    assert unknown("fact:swings") == "{fact:swings} is not a field (did you mean {fact:swing}?)"
    assert unknown("lead") == "{lead} is not a field (did you mean {fact:lead}?)"


def test_a_field_is_only_suggested_where_it_is_surely_meant() -> None:
    for typed in ("given", "given_name", "firstname", "name", "first"):
        assert unknown(typed) == f"{{{typed}}} is not a field (did you mean {{first_name}}?)"
    assert unknown("constituency") == "{constituency} is not a field (did you mean {seat}?)"
    for typed in ("zzz", "giving", "origin", "landing", "surname", "mandate"):
        assert "did you mean" not in unknown(typed)
    assert "(choose from {seat}, {seat_local}, {candidate}, " in unknown("zzz")


def test_a_first_name_needs_a_word_for_those_whose_name_is_not_known() -> None:
    (problem,) = problems_with_fields("Dear {first_name},")

    assert "{first_name|friend}" in problem


def test_the_same_problem_is_said_once() -> None:
    assert len(problems_with_fields("{x_y_z} {x_y_z}", "{x_y_z}")) == 1


def test_what_is_open_splits_into_one_literal_more() -> None:
    literals, fields = split_open("A {{first_name|friend}} B {{link}}")

    assert literals == ["A ", " B ", ""]
    assert fields == [Open("first_name", "friend"), Open("link")]


def test_open_fields_are_written_as_they_are_split() -> None:
    for field in (Open("first_name", "dear friend"), Open("link"), Open("seat")):
        assert split_open(written_open(field)) == (["", ""], [field])


def test_braces_in_words_never_read_as_an_open_field() -> None:
    assert split_open(inert("{{link}} {{{first_name|x}}}"))[1] == []


def test_a_value_is_one_line_without_control_characters() -> None:
    assert clean("Ann\r\nBcc: all@example.org\x00") == "Ann Bcc: all@example.org"


def test_a_value_cannot_turn_the_direction_of_reading() -> None:
    assert clean("abc\u202ecod.exe") == "abccod.exe"


def test_letters_are_composed() -> None:
    assert clean("Ynys Mo\u0302n") == "Ynys Môn"
