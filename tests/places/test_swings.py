"""What a swing would make of a seat, uniformly and in proportion."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.places.rules import Standing
from muster.places.swings import Leads, Shares, leads_at, national_shares

SWINGS = st.floats(-50, 50)
PERCENT = st.one_of(st.just(0.0), st.floats(0.01, 100))
SHARES = st.builds(Shares, PERCENT, PERCENT)


def test_a_seat_swung_by_hand() -> None:
    # 30 to 45 here, 40 to 25 in the country, a swing of 5. Uniform: 35 - 40 = -5.
    # Proportional: 30 × 45/40 - 45 × 20/25 = 33.75 - 36 = -2.25.
    leads = leads_at(5.0, Shares(30, 45), Shares(40, 25))

    assert leads == Leads(pytest.approx(-5.0), pytest.approx(-2.25))


@given(SHARES, SHARES)
def test_without_a_swing_the_lead_is_todays(here: Shares, nationally: Shares) -> None:
    today = here.own - here.rival

    assert leads_at(0.0, here, nationally) == Leads(today, today)


@given(SHARES, SHARES, SWINGS, st.floats(0, 50))
def test_a_larger_swing_never_lowers_a_lead(
    here: Shares, nationally: Shares, swing: float, more: float
) -> None:
    before = leads_at(swing, here, nationally)
    after = leads_at(swing + more, here, nationally)

    assert after.uniform >= before.uniform
    assert after.proportional >= before.proportional


@given(SHARES, SHARES, SWINGS)
def test_no_lead_is_more_than_all_the_votes(here: Shares, nationally: Shares, swing: float) -> None:
    leads = leads_at(swing, here, nationally)

    assert abs(leads.uniform) <= 100
    assert abs(leads.proportional) <= 100


@given(PERCENT, PERCENT, SWINGS)
def test_both_ways_agree_where_a_seat_is_as_the_country(
    own: float, rival: float, swing: float
) -> None:
    leads = leads_at(swing, Shares(own, rival), Shares(own, rival))

    assert leads.proportional == pytest.approx(leads.uniform, abs=1e-9)


def test_a_rival_smaller_than_the_swing_is_left_with_nothing() -> None:
    leads = leads_at(5.0, Shares(20, 40), Shares(20, 4))

    assert leads == Leads(-10.0, 25.0)


def test_a_party_without_a_national_share_moves_uniformly() -> None:
    leads = leads_at(5.0, Shares(0, 40), Shares(0, 20))

    assert leads == Leads(-30.0, pytest.approx(5 - 30))


def test_a_party_that_stood_alone_keeps_every_vote() -> None:
    alone = Standing(0, 0, 0).shares

    assert leads_at(5.0, alone, Shares(100, 0)) == Leads(100.0, 100.0)


def test_a_national_share_is_of_the_contests_a_party_stood_in() -> None:
    shares = national_shares(
        [
            ([("Lab", 400), ("SNP", 600)], 1000),
            ([("Lab", 200), ("Ind", 500), ("Ind", 100)], 1000),
            ([("Spk", 0)], 0),
        ]
    )

    assert shares == {"Lab": 30.0, "SNP": 60.0, "Ind": 60.0, "Spk": 0.0}
