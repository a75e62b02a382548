"""The words people are found by."""

from muster.people.words import asked, fold, folded_of, words_of


def test_accents_and_capitals_do_not_matter() -> None:
    assert fold("Zoë ŁUKASZ Ångström Straße") == "zoe lukasz angstrom strasse"


def test_every_part_of_a_name_counts() -> None:
    assert words_of("Mary-Jane", "O'Neil") == ["mary", "jane", "maryjane", "o", "neil", "oneil"]


def test_an_address_counts_whole_and_in_parts() -> None:
    words = words_of("Ann", "Smith", "ann.smith7@example.org")

    assert words == ["ann", "smith", "ann.smith7@example.org", "smith7"]


def test_a_number_counts_from_abroad_and_from_home() -> None:
    assert words_of("", "", "", ["+447700900123"]) == ["447700900123", "07700900123"]


def test_a_word_is_kept_once() -> None:
    assert words_of("James", "James") == ["james"]
    assert folded_of(["ann", "smith"]) == " ann smith "


def test_what_is_typed_becomes_beginnings_of_words() -> None:
    assert asked("  Ann  O'Br ") == [["ann"], ["o"], ["br"]]
    assert asked("Ann.Smith@ex") == [["ann.smith@ex"]]
    assert asked("") == []
    assert asked("% _") == []


def test_a_number_is_understood_in_any_typing() -> None:
    assert asked("07700 900") == [["07700900"]]
    assert asked("+44 (0)7700 900123") == [["447700900123"]]
    assert asked("0044 7700") == [["447700"]]
    assert asked("7700 900") == [["7700900", "07700900"]]
