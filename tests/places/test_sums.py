"""Does a seat add up?"""

from hypothesis import given
from hypothesis import strategies as st

from muster.places.sums import Totals, contradictions

VOTES = st.lists(st.integers(0, 60_000), min_size=1, max_size=12)


def test_every_contradiction_is_named_at_once() -> None:
    said = Totals(valid_votes=301, invalid_votes=5, electorate=500, turnout_pct=90.0, majority=50)

    assert contradictions([200, 100], said) == [
        "The votes add to 300, but valid_votes says 301.",
        "First less second is 100, but majority says 50.",
        "The turnout is 60.00%, but turnout_pct says 90.",
    ]


def test_more_votes_than_electors_is_a_contradiction() -> None:
    assert contradictions([300], Totals(electorate=200)) == [
        "300 people voted, but electorate says 200."
    ]


def test_turnout_may_count_spoilt_papers_or_not() -> None:
    for turnout in (60.0, 61.0):
        said = Totals(invalid_votes=5, electorate=500, turnout_pct=turnout)
        assert contradictions([300], said) == []


def test_who_came_second_is_not_guessed_where_others_are_lumped() -> None:
    assert contradictions([500, 100], Totals(majority=150), lumped=400) == []
    assert contradictions([500, 100], Totals(majority=150), lumped=90) != []


@given(VOTES)
def test_what_adds_up_is_never_refused(votes: list[int]) -> None:
    first, second = (*sorted(votes, reverse=True), 0)[:2]
    total = sum(votes)
    electorate = total * 2 + 1
    turnout = round(100 * total / electorate, 1)

    said = Totals(total, 0, electorate, turnout, first - second)

    assert contradictions(votes, said) == []


@given(VOTES, st.integers(1, 1000))
def test_a_wrong_total_is_always_noticed(votes: list[int], wrong: int) -> None:
    assert contradictions(votes, Totals(valid_votes=sum(votes) + wrong))
