"""Which seats are worth the work."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.places import rules
from muster.places.rules import Inputs, Reckoned, Standing
from muster.places.swings import Leads

VOTES = st.integers(0, 40_000)
POINTS = st.floats(-40, 40)
FLAT = Inputs()


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    own, other, rest = draw(VOTES), draw(VOTES), draw(VOTES)
    return Standing(own, other, own + other + rest)


def reckoned(
    name: str, own: int, other: int, inputs: Inputs = FLAT, valid: int = 50_000
) -> Reckoned:
    at = Standing(own, other, valid)
    return Reckoned(abs(hash(name)), name, name, at, rules.worth(at, inputs))


def test_a_seat_reckoned_by_hand() -> None:
    # 5,000 behind of 50,000: a lead of 10 points, so a swing of 5. Spread √(1.5² + 3²) = 3.354.
    # Expected 4.0: Φ(-1 / 3.354) = Φ(-0.2981) = 0.3828. 100 hours at 0.5 votes are 50 votes, 0.05
    # points of swing: Φ(-0.95 / 3.354) = Φ(-0.2832) = 0.3885; a gain of 0.0057.
    worth = rules.worth(Standing(15_000, 20_000, 50_000), Inputs(swing=4.0, votes_per_hour=0.5))

    assert worth.swing_needed == pytest.approx(5.0)
    assert worth.chance == pytest.approx(0.3828, abs=1e-4)
    assert worth.gain == pytest.approx(0.0057, abs=1e-4)


@given(standings(), POINTS, st.floats(0, 20))
def test_a_larger_expected_swing_never_lowers_a_chance(
    at: Standing, swing: float, more: float
) -> None:
    before = rules.worth(at, Inputs(swing=swing))
    after = rules.worth(at, Inputs(swing=swing + more))

    assert after.chance >= before.chance


@given(standings(), POINTS, st.floats(0, 10), st.floats(0, 10))
def test_a_chance_is_a_chance_and_work_never_lowers_it(
    at: Standing, swing: float, national: float, local: float
) -> None:
    worth = rules.worth(at, Inputs(swing=swing, national=national, local=local))

    assert 0 <= worth.chance <= 1
    assert 0 <= worth.gain <= 1


@given(standings())
def test_swing_needed_has_the_opposite_sign_of_the_lead(at: Standing) -> None:
    needed = rules.swing_needed(at)

    assert (needed > 0) == (at.lead < 0) or at.valid == 0


def test_the_seat_of_the_winner_needs_a_negative_swing() -> None:
    assert rules.swing_needed(Standing(20_000, 15_000, 50_000)) == pytest.approx(-5.0)


def test_a_tie_is_even_odds() -> None:
    assert rules.worth(Standing(100, 100, 250), FLAT).chance == pytest.approx(0.5)


def test_without_any_spread_the_swing_decides() -> None:
    sure = Inputs(swing=5.0, national=0, local=0)

    chances = [rules.chance_of_winning(needed, sure) for needed in (4.9, 5.0, 5.1)]

    assert chances == [1.0, 0.5, 0.0]


def test_a_party_that_did_not_stand_has_no_standing() -> None:
    assert rules.standing([("Lab", 10), ("Con", 5)], "Green", 15) is None


def test_a_party_that_stood_alone_leads_by_everything() -> None:
    at = rules.standing([("Spk", 25_000)], "Spk", 25_000)

    assert at == Standing(25_000, 0, 25_000)
    assert rules.worth(at, FLAT).chance == pytest.approx(1.0)
    assert rules.worth(Standing(0, 0, 0), FLAT).swing_needed == -50


def test_rivals_who_are_level_are_told_apart_by_name_so_that_a_reckoning_never_wavers() -> None:
    level = [("Lab", 10), ("Grn", 30), ("Con", 30)]

    both_ways = [rules.standing(votes, "Lab", 70) for votes in (level, level[::-1])]

    assert both_ways == [Standing(10, 30, 70, "Con")] * 2


def test_two_independents_are_rivals_of_each_other() -> None:
    at = rules.standing([("Ind", 300), ("Ind", 250), ("Lab", 100)], "Ind", 650)

    assert at == Standing(300, 250, 650, "Ind")


SEATS = [
    reckoned("Ashby", 10_000, 10_100),
    reckoned("Bury", 10_000, 12_000),
    reckoned("Cowes", 10_000, 20_000),
    reckoned("Derby", 12_000, 10_000),
]


def names(inputs: Inputs) -> list[str]:
    return [s.name for s in rules.choose(SEATS, inputs)]


@pytest.mark.parametrize(
    ("inputs", "chosen"),
    [
        (Inputs(rank_by="swing"), ["Ashby", "Bury", "Cowes"]),
        (Inputs(rank_by="chance", with_held=True), ["Derby", "Ashby", "Bury", "Cowes"]),
        (Inputs(rank_by="swing", how_many=1), ["Ashby"]),
        (Inputs(rank_by="swing", swing_up_to=2.0), ["Ashby", "Bury"]),
        (Inputs(rank_by="swing", chance_from=0.1, chance_to=0.4), ["Bury"]),
        (Inputs(rank_by="gain", gain_from=0.002), ["Ashby"]),
        (Inputs(swing_up_to=-10), []),
    ],
)
def test_seats_are_chosen_by_number_or_threshold(inputs: Inputs, chosen: list[str]) -> None:
    assert names(inputs) == chosen


def test_equals_are_ranked_by_name_so_that_a_list_never_wavers() -> None:
    twins = [reckoned("Neath", 1, 2), reckoned("Leeds", 1, 2)]

    assert [(s.rank, s.name) for s in rules.choose(twins, FLAT)] == [(1, "Leeds"), (2, "Neath")]


def test_the_list_is_told_in_one_sentence() -> None:
    inputs = Inputs(swing=1.0, rank_by="swing")
    seats = rules.choose([replace(s, worth=rules.worth(s.standing, inputs)) for s in SEATS], inputs)

    assert rules.in_a_sentence(seats, inputs, "Labour") == (
        "3 seats, from Ashby (0.1 points) to Cowes (10.0 points);"
        " at the expected swing of 1.0 points Labour wins 1 of them on average."
    )


def test_the_sentence_counts_the_leads_at_the_expected_swing_both_ways() -> None:
    ahead = [Leads(2.0, 1.0), Leads(0.5, -0.5), Leads(-3.0, -4.0), Leads(9.0, 9.0)]
    seats = [replace(s, expected=leads) for s, leads in zip(SEATS, ahead, strict=True)]

    words = rules.in_a_sentence(seats, Inputs(swing=1.0), "Labour")

    assert words.endswith("on average and leads in 3 by uniform swing, 2 by proportional.")
    assert "uniform" not in rules.in_a_sentence(seats, FLAT, "Labour")


def test_no_seat_and_one_seat_have_sentences_of_their_own() -> None:
    assert rules.in_a_sentence([], FLAT, "Labour").startswith("No seat fits")
    assert "1 seat, Ashby (0.1 points)" in rules.in_a_sentence(SEATS[:1], FLAT, "Labour")


def test_every_wrong_input_is_named() -> None:
    wrong = Inputs(
        swing=60, national=-1, votes_per_hour=-1, how_many=0, chance_from=0.9, chance_to=0.1
    )

    assert len(rules.problems_with(wrong)) == 5
    assert rules.problems_with(FLAT) == []


@pytest.mark.parametrize(
    ("lead", "needed", "words"),
    [
        (-5611, 5.4, "Lead of 5,611; a swing of 5.4 points wins it"),
        (0, 0.0, "A tie: a single vote wins it"),
        (18, -0.02, "Held by 18 votes; a swing of 0.02 points loses it"),
    ],
)
def test_a_lead_reads_as_words(lead: int, needed: float, words: str) -> None:
    assert rules.lead_in_words(lead, needed) == words


@pytest.mark.parametrize(
    ("chance", "words"), [(1.0, "over 99%"), (0.0, "under 1%"), (0.623, "62%"), (0.99, "99%")]
)
def test_a_chance_never_claims_certainty(chance: float, words: str) -> None:
    assert rules.chance_in_words(chance) == words
