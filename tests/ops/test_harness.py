"""Benchmarks are judged by what they promised."""

from benchmarks.harness import Benchmark, Outcome, judge, sentence

RATIO = Benchmark("sign_up", "sign-ups", unit="sign-ups/s", target=0.2)
PACE = Benchmark("postcodes", "look-ups", unit="look-ups/s", target=50_000, judged="at least")
WAIT = Benchmark("find", "finding", unit="ms", target=100, judged="at most")


def test_a_ratio_is_the_figure_over_the_limit() -> None:
    result = judge(RATIO, Outcome(figure=300, limit=1000, ran="a test"))

    assert result.ratio == 0.3
    assert result.met
    assert sentence(result).startswith("met  sign_up: 300 sign-ups/s, limit 1,000, ratio 0.300")


def test_without_a_limit_a_ratio_is_never_met() -> None:
    assert not judge(RATIO, Outcome(figure=300, ran="a test")).met


def test_at_least_and_at_most_bound_the_figure_itself() -> None:
    assert judge(PACE, Outcome(figure=50_000, ran="a test")).met
    assert not judge(PACE, Outcome(figure=49_999, ran="a test")).met
    assert judge(WAIT, Outcome(figure=100, ran="a test")).met
    assert not judge(WAIT, Outcome(figure=101, ran="a test")).met
