"""Long work says how far it is."""

import io

from muster.lib.progress import Progress, in_words


def test_plain_lines_tell_rate_and_time_left() -> None:
    words = in_words("Supporters", done=20_000, total=100_000, seconds=2.5)

    assert words == "Supporters: 20,000 of 100,000, 8,000 a second, 10 s left"


def test_unknown_totals_promise_nothing() -> None:
    assert in_words("Rows", done=10, total=0, seconds=1) == "Rows: 10, 10 a second"


def test_off_a_terminal_one_line_stays_at_the_end() -> None:
    output = io.StringIO()

    with Progress("Rows", 10, output=output) as shown:
        shown.advance(4)
        shown.advance(6)

    assert output.getvalue().startswith("Rows: 10 in ")


def test_nothing_done_is_not_told() -> None:
    output = io.StringIO()

    with Progress("Rows", 10, output=output):
        pass

    assert output.getvalue() == ""
