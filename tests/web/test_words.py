"""Numbers and instants as people say them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from muster.lib import words
from muster.web.templatetags.words import breaking

LONDON = ZoneInfo("Europe/London")
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("back", "said"),
    [
        (timedelta(0), "today 13:00"),
        (timedelta(hours=14), "yesterday 23:00"),
        (timedelta(days=-1), "tomorrow 13:00"),
        (timedelta(days=10), "24 April, 13:00"),
        (timedelta(days=400), "30 March 2025, 13:00"),
    ],
)
def test_a_moment_is_named_as_one_would_name_it_there(back: timedelta, said: str) -> None:
    assert words.when(NOON - back, NOON, LONDON) == said


@pytest.mark.parametrize(
    ("back", "said"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=12), "12 minutes ago"),
        (timedelta(hours=1, minutes=59), "1 hour ago"),
        (timedelta(hours=-3), "in 3 hours"),
        (timedelta(days=3), "3 days ago"),
    ],
)
def test_how_far_off_is_said_in_the_largest_unit(back: timedelta, said: str) -> None:
    assert words.ago(NOON - back, NOON) == said


def test_a_number_brings_its_noun() -> None:
    assert words.counted(1, "person", "people") == "1 person"
    assert words.counted(41207, "person", "people") == "41,207 people"


def test_an_address_breaks_after_its_signs_and_within_no_word() -> None:
    said = breaking("cleo.<b>-winter@example.org")

    assert said == "cleo.<wbr>&lt;b&gt;-<wbr>winter@<wbr>example.<wbr>org"
