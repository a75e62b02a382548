"""Words broken into lines: as large as they may be, never smaller than can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.content.cards.fitting import Slot, broken, fit, stack

SLOT = Slot("headline", 100, 20, 3, leading=1.0)
words = st.lists(st.text("abcdef-", min_size=1, max_size=12), min_size=1, max_size=8).map(" ".join)


def width(text: str) -> float:
    return len(text) / 2


@given(words, st.integers(1, 5))
def test_breaking_loses_no_letter(text: str, count: int) -> None:
    lines, widest = broken(text, count, width)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert widest == max(map(width, lines))
    assert len(lines) <= count


@given(words)
def test_more_lines_are_never_wider(text: str) -> None:
    widths = [broken(text, count, width)[1] for count in (1, 2, 3)]

    assert widths == sorted(widths, reverse=True)


@given(words, st.integers(100, 2_000))
def test_what_is_legible_is_within_its_width(text: str, wide: int) -> None:
    fitted = fit(SLOT, text, wide, width)

    if fitted.is_legible:
        assert all(width(line) * fitted.px <= wide for line in fitted.lines)
        assert fitted.px <= SLOT.most_px


def test_few_words_stand_on_one_line_at_full_size() -> None:
    assert fit(SLOT, "Neath", 1_000, width).lines == ("Neath",)
    assert fit(SLOT, "Neath", 1_000, width).px == 100


def test_what_fits_no_line_is_not_legible() -> None:
    assert not fit(SLOT, "x" * 400, 1_000, width).is_legible


def test_a_stack_shrinks_until_it_fits() -> None:
    slots = [(SLOT, "one two three", width), (SLOT, "four five six", width)]

    roomy, fits = stack(slots, 400, 1_000)
    tight, still = stack(slots, 400, 150)
    _, never = stack(slots, 400, 10)

    assert (fits, still, never) == (True, True, False)
    assert tight[0].px < roomy[0].px
    assert sum(each.height for each in tight) <= 150


@pytest.mark.parametrize("name", ["Newcastle-under-Lyme", "Stratford-on-Avon"])
def test_a_long_name_breaks_after_its_own_hyphens(name: str) -> None:
    assert broken(name, 3, width)[0] == tuple(
        part + "-" * (part != name.split("-")[-1]) for part in name.split("-")
    )


def test_a_short_one_does_not() -> None:
    assert broken("Ross-shire", 2, width)[0] == ("Ross-shire",)
