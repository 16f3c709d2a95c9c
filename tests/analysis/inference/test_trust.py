from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from analysis.inference.group_test import OTHER_REACTION
from analysis.inference.sampling import Sampling
from analysis.inference.significance import TESTS
from analysis.inference.trusted import MOST_SIGNED, MOST_SIGNS, RULES, doubt_of
from tests.analysis.inference.test_significance import DAY, returns_of, study_of

NEVER = {
    *("skewness_adjusted", "patell", "adjusted_patell", "joint"),
    *("corrado_zivney", "grank_t", "grank_z"),
}
ASSUME_INDEPENDENCE = ("cross_sectional", "boehmer", "grank_z", "generalized_sign", "wilcoxon")


def one_date(firms: int) -> Sampling:
    """Correlated firms on one date."""
    return Sampling(firms, 1, firms, firms, 0, 0, 1.0, correlation=0.3, inflation=1 + 0.3 * (firms - 1))


def own_dates(firms: int) -> Sampling:
    """Correlated firms whose windows do not meet."""
    return Sampling(firms, firms, 1, 0, 0, 0, float(firms), correlation=0.3, inflation=1.0)


@pytest.mark.parametrize("key", ASSUME_INDEPENDENCE)
def test_firms_with_one_date_are_not_trusted_as_independent(key: str) -> None:
    reason = TESTS[key].trusted(study_of(returns_of(5)), DAY)
    assert reason is not None
    assert "one date" in reason


def test_a_portfolio_of_many_firms_on_one_date_is_not_trusted_for_its_spells_of_volatility() -> None:
    drawn = one_date(25)
    assert "spells of volatility" in str(RULES["portfolio"](drawn))
    assert RULES["placebo_rank"](drawn) is None


def test_firms_with_dates_of_their_own_are_trusted_as_independent() -> None:
    mistrusted = [key for key in TESTS if RULES[key](own_dates(30)) is not None]
    assert set(mistrusted) == {*NEVER, "sign", "wilcoxon"}
    assert "5 firms are too few" in str(RULES["portfolio"](own_dates(5)))


@pytest.mark.parametrize(
    ("key", "drawn", "words"),
    [
        ("kolari_pynnonen", replace(one_date(5), nobs=5), "5 estimation sessions: with 20 or more"),
        ("boehmer", replace(own_dates(20), overlapping=20, crossing=20, length=21, inflation=4.0),
         "the windows of 20 of 20 firms share days with those of"),
        ("calendar_time", Sampling(29, 10, 20, 20, 0, 0, 2.06, 0.3, 4.0), "one date holds 20 of 29 firms"),
        ("calendar_time", Sampling(140, 41, 100, 100, 0, 0, 1.95, 0.3, 4.0), "holds 100 of 140 firms"),
        ("boehmer", Sampling(29, 10, 20, 20, 0, 0, 2.06, 0.3, 4.0), "one date holds 20 of 29 firms"),
        ("wild_cluster", replace(own_dates(12), crossing=12, inflation=2.0), "the windows of 12 of 12 firms"),
        ("wild_cluster", replace(own_dates(100), crossing=20), "windows of 20 of 100 firms"),
        ("wild_cluster", one_date(20), "there is one date: with 10 or more"),
        ("kolari_pynnonen", replace(one_date(5), missing=0.2), "20 % of the estimation sessions are missing"),
        ("placebo_rank", replace(one_date(5), length=21), "the window has 21 days"),
        ("placebo_rank", replace(one_date(5), recent=1.8), "moved 1.80 times as much"),
        ("calendar_time", replace(own_dates(40), nobs=60, length=21), "with 525 or more"),
        ("patell", one_date(5), "the 5 firms share one date: they move together"),
        ("patell", replace(own_dates(5), recent=1.8), "the firms moved 1.80 times as much"),
        ("adjusted_patell", replace(one_date(5), recent=1.2), "the firms moved 1.20 times as much"),
        ("skewness_adjusted", one_date(5), "the 5 firms share one date: they move together"),
        ("joint", one_date(12), "of 12 it was not tried"),
        ("boehmer", replace(own_dates(100), dates=70, largest=2, overlapping=60),
         "the windows of 60 of 100 firms on 70 dates share days"),
        ("boehmer", replace(own_dates(100), dates=95, largest=2, overlapping=10, inflation=1.2),
         "correlation on the 95 dates of 100 firms multiplies the variance of the mean by 1.20"),
        ("wild_cluster", replace(own_dates(100), crossing=20),
         "other dates and can multiply the variance of the mean by 2.20"),
    ],
)  # fmt: skip
def test_the_reason_says_the_number_that_decided(key: str, drawn: Sampling, words: str) -> None:
    assert words in str(RULES[key](drawn))


def test_own_dates_after_rough_times_are_not_for_tests_that_measure_by_the_estimation_window() -> None:
    rough = replace(own_dates(30), recent=1.28)
    for key in ("portfolio", "crude_dependence", "placebo_rank"):
        assert RULES[key](own_dates(30)) is None
        assert "moved 1.28 times as much" in str(RULES[key](rough))
    assert RULES["cross_sectional"](rough) is None
    assert RULES["recent_placebo_rank"](rough) is None


def test_unequal_dates_are_for_the_bootstrap_by_date() -> None:
    drawn = Sampling(29, 10, 20, 20, 0, 0, 2.06, 0.3, 4.0)
    assert [key for key in TESTS if RULES[key](drawn) is None] == [
        "kolari_pynnonen",
        "wild_cluster",
    ]


def test_firms_that_share_many_dates_are_not_taken_as_independent_for_that_was_not_tried() -> None:
    clusters = Sampling(400, 100, 4, 400, 0, 0, effective_dates=100, correlation=0.02, inflation=1.05)
    assert not clusters.independent
    assert "windows of 400 of 400 firms on 100 dates share days" in str(RULES["boehmer"](clusters))
    assert RULES["calendar_time"](clusters) is None


def test_half_of_the_firms_a_day_late_are_not_for_tests_that_see_the_same_day_alone() -> None:
    late = replace(one_date(30), length=2, correlation=0.145, inflation=5.2, lagged=0.0776)
    assert late.echo == pytest.approx(1 + 2 * (1 / 2) * 0.0776 * 29 / 5.2)
    for key in ("kolari_pynnonen", "corrado_rank"):
        assert "multiplies the variance of the mean by 1.43" in str(RULES[key](late))
        assert RULES[key](replace(late, length=1)) is None  # a single day has no day after it
    assert RULES["recent_placebo_rank"](late) is None
    assert replace(own_dates(30), length=3, lagged=0.3).echo == 1


def test_firms_of_the_next_date_are_not_independent_where_they_repeat_the_news() -> None:
    pairs = Sampling(20, 20, 1, 0, 0, 0, 20.0, correlation=0.1, inflation=1.0, succession=0.4)
    for key in (
        "cross_sectional",
        "boehmer",
        "kolari_pynnonen",
        "generalized_sign",
        "wilcoxon",
        "wild_cluster",
    ):
        assert "multiplies the variance of the mean by 1.40" in str(RULES[key](pairs)), key
        assert RULES[key](replace(pairs, succession=0.1)) is None, key
    assert RULES["cross_sectional"](replace(pairs, inflation=1.08, succession=0.1)) is not None


def test_few_firms_with_returns_more_skewed_than_any_that_were_tried_are_refused() -> None:
    skewed = replace(own_dates(10), skewness=1.62)
    for key in ("cross_sectional", "boehmer", "kolari_pynnonen", "sign", "wilcoxon", "wild_cluster"):
        assert "returns are skewed (1.62 on average)" in str(RULES[key](skewed)), key
        assert RULES[key](replace(skewed, skewness=-1.0)) is None, key
    assert RULES["boehmer"](replace(own_dates(60), skewness=1.62)) is None


def test_two_dates_of_firms_that_are_alike_are_refused_and_the_number_is_said() -> None:
    two = Sampling(30, 2, 15, 30, 0, 0, 2.0, correlation=0.8, inflation=12.2)
    assert "residual correlation 0.80" in str(RULES["kolari_pynnonen"](two))
    assert RULES["kolari_pynnonen"](replace(two, correlation=0.3)) is None


@pytest.mark.parametrize("key", ["sign", "wilcoxon"])
def test_tests_of_the_median_are_not_for_many_firms(key: str) -> None:
    limit = {"sign": MOST_SIGNS, "wilcoxon": MOST_SIGNED}[key]
    assert RULES[key](own_dates(limit)) is None
    assert f"{limit + 1} firms are too many" in str(RULES[key](own_dates(limit + 1)))


def test_signs_of_sums_are_not_compared_with_those_of_days() -> None:
    assert RULES["generalized_sign"](own_dates(300)) is None
    assert "on single days" in str(RULES["generalized_sign"](replace(own_dates(300), length=2)))


@pytest.mark.parametrize("key", ["portfolio", "crude_dependence", "placebo_rank"])
def test_after_calm_times_of_the_market_tests_by_the_estimation_window_are_refused(key: str) -> None:
    calm = replace(own_dates(30), market=0.69)
    assert "the benchmark moved 0.69 times as much" in str(RULES[key](calm))
    assert "from 0.70" in str(RULES[key](calm))
    assert RULES[key](replace(calm, market=0.7)) is None
    assert RULES["kolari_pynnonen"](calm) is None


def test_firms_of_one_date_need_a_market_that_was_more_awake() -> None:
    calm = replace(one_date(5), market=0.79, length=2)
    many = replace(one_date(6), market=0.79)
    for key, drawn in (("placebo_rank", calm), ("corrado_rank", calm), ("kolari_pynnonen", many)):
        assert "holds its level from 0.80" in str(RULES[key](drawn)), key
        assert RULES[key](replace(drawn, market=0.8)) is None
        assert RULES[key](replace(drawn, market=float("nan"))) is None  # no benchmark
    assert RULES["kolari_pynnonen"](replace(calm, length=3)) is None
    assert "0.80" in str(RULES["kolari_pynnonen"](replace(calm, length=4)))
    assert RULES["recent_placebo_rank"](calm) is None
    assert RULES["placebo_rank"](replace(own_dates(1), market=0.5)) is None


@pytest.mark.parametrize("key", ["corrado_zivney", "grank_t", "grank_z"])
def test_tests_that_divide_by_the_spread_between_firms_are_refused_for_returns_are_skewed(key: str) -> None:
    assert "where returns are skewed" in str(RULES[key](own_dates(300)))
    assert "one date" in str(RULES[key](one_date(5)))


def test_a_date_of_twenty_among_nine_others_is_refused_for_what_it_is() -> None:
    unequal = Sampling(29, 10, 20, 20, 0, 0, 2.06, -0.001, 1.05)
    for key in ("corrado_rank", "boehmer"):
        reason = str(RULES[key](unequal))
        assert reason.startswith("one date holds 20 of 29 firms"), key
        assert not re.search("windows of different dates|move together|0.00", reason), key
    assert "by 1.30" in str(RULES["boehmer"](replace(unequal, inflation=1.3)))
    assert "windows of different dates" in str(RULES["corrado_rank"](replace(unequal, crossing=29)))


@pytest.mark.parametrize("key", ["portfolio", "cross_sectional", "corrado_rank", "kolari_pynnonen"])
def test_where_pairs_are_not_measured_dates_are_shared_only_as_far_as_it_cannot_matter(key: str) -> None:
    shared = Sampling(2320, 2064, 5, 320, 0, 0, 2320**2 / 3600, 0.1, 1.01, pooled=True)
    assert "multiplies the variance of the mean of 2,320 firms by 1.55" in str(RULES[key](shared))
    assert RULES[key](replace(shared, pooled=False)) is None
    assert RULES[key](replace(shared, effective_dates=2200.0)) is None
    assert "by 1.22" in str(RULES["portfolio"](replace(shared, effective_dates=2320.0, crossing=22.6)))


def test_a_limit_of_recent_volatility_is_held_against_the_number_that_is_printed() -> None:
    assert RULES["placebo_rank"](replace(one_date(5), recent=1.004)) is None
    reason = str(RULES["placebo_rank"](replace(one_date(5), recent=1.01)))
    assert "1.01 times" in reason
    assert "up to 1.00" in reason


def test_of_volumes_only_the_rank_among_earlier_dates_is_trusted() -> None:
    results = study_of(returns_of(5))
    volumes = replace(results, design=replace(results.design, reaction="volume", model="constant_mean"))
    reasons = {key: test.trusted(volumes, DAY) for key, test in TESTS.items()}
    rank = reasons.pop("placebo_rank")
    assert rank is None or "times as much as in the estimation window" in rank
    assert set(reasons.values()) == {OTHER_REACTION}


@pytest.mark.parametrize(
    ("key", "change", "words"),
    [
        ("placebo_firms", {"donors": 60}, "was simulated with"),
        ("placebo_firms", {"nobs": 120}, "a firm has 120"),
        ("placebo_firms", {"length": 21}, "the window has 21 days"),
        ("recent_placebo_rank", {"recent": 0.5, "donors": 22}, "moved 0.50 times as much"),
        ("recent_placebo_rank", {"recent": 0.9}, "holds its level from 0.95"),
        ("conformal", {}, "after rough times up to 10 %"),
        ("kolari_pynnonen", {}, "for 5 firms on one date, not 1 firm"),
        ("kolari_pynnonen", {"firms": 5, "dates": 1, "length": 2}, "holds its level on single days"),
        ("patell", {}, "not simulated"),
    ],
)
def test_beyond_what_was_simulated_no_synthetic_control_is_trusted(
    key: str, change: dict[str, Any], words: str
) -> None:
    mixed = replace(own_dates(1), donors=20)
    assert words in str(doubt_of(key, replace(mixed, **change)))
    if key == "placebo_firms":
        assert doubt_of(key, mixed) is None
