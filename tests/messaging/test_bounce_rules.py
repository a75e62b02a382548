from datetime import UTC, date, datetime, timedelta

import pytest

from muster.lib.bounces import Kind
from muster.messaging.bounce_rules import (
    EFFECT_OF,
    LONGEST_REST,
    WORDS_FOR,
    Effect,
    is_blocked,
    rests_until,
)

AT = datetime(2026, 5, 30, 12, tzinfo=UTC)


def days(*ago: int) -> list[date]:
    return [(AT - timedelta(days=count)).date() for count in ago]


def test_every_kind_of_return_has_an_effect_and_words() -> None:
    assert set(EFFECT_OF) == set(WORDS_FOR) == set(Kind)


def test_only_an_address_where_nobody_is_stops_and_only_a_complaint_suppresses() -> None:
    assert [kind for kind, effect in EFFECT_OF.items() if effect is Effect.STOP] == [Kind.HARD]
    assert [kind for kind, effect in EFFECT_OF.items() if effect is Effect.SUPPRESS] == [
        Kind.COMPLAINT
    ]


@pytest.mark.parametrize(
    ("failed_on", "rests"),
    [
        (days(0), None),
        (days(0, 1), None),
        (days(0, 0, 0), None),  # one bad day
        (days(0, 1, 31), None),  # long ago
        (days(0, 1, 29), 14),
        (days(0, 1, 2, 3, 4), 14),
    ],
)
def test_an_address_rests_after_three_bad_days_in_thirty(
    failed_on: list[date], rests: int | None
) -> None:
    until = rests_until(failed_on, last_failed_at=AT)

    assert until == (AT + timedelta(days=rests) if rests else None)


@pytest.mark.parametrize(("before", "rests"), [(1, 28), (2, 56), (3, 90), (4, 90), (1000, 90)])
def test_one_that_fails_again_rests_longer_but_never_for_good(before: int, rests: int) -> None:
    until = rests_until(days(0), last_failed_at=AT, rests_before=before)

    assert until == AT + timedelta(days=rests)
    assert until <= AT + LONGEST_REST


@pytest.mark.parametrize(
    ("blocked", "handed_over", "is_trouble"),
    [(0, 0, False), (19, 19, False), (20, 400, True), (20, 401, False), (500, 9_000, True)],
)
def test_an_account_that_is_refused_often_is_somebodys_task(
    blocked: int, handed_over: int, is_trouble: bool
) -> None:
    assert is_blocked(blocked, handed_over) is is_trouble
