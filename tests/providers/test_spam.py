"""A spam filter on this machine, where there is one."""

import pytest

from muster.providers import spam

# The letter that every filter takes for spam (GTUBE), made for trying them.
GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"


def letter(words: str) -> bytes:
    lines = ["From: us@example.org", "To: you@example.org", "Subject: Hello", "", words, ""]
    return "\r\n".join(lines).encode()


@pytest.mark.counterpart
def test_a_filter_tells_the_letter_made_for_trying_it() -> None:
    found = spam.score(letter(GTUBE))
    if found is None:
        pytest.skip("neither SpamAssassin nor rspamd answers here")
    harmless = spam.score(letter("We meet on Saturday at ten."))

    assert found.points > found.limit
    assert found.rules[0][0] > 100
    assert harmless is not None
    assert harmless.points < harmless.limit


def test_where_no_filter_is_installed_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    assert spam.score(letter(GTUBE)) is None
