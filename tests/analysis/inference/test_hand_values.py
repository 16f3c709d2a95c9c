"""Numbers that follow from a definition alone, worked out apart from the product."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import scipy.stats

from analysis.inference.evidence import evidence
from analysis.inference.group_summary import group_summary
from analysis.inference.parametric import joint_null
from analysis.inference.placebo import placebo
from analysis.inference.significance import TESTS
from analysis.market.events import Window
from analysis.market.panels import Observation, event_panel
from analysis.models.distributions import detectable, reach
from analysis.study.study import StudyDesign, StudyResults, event_study, study_panel
from tests.analysis.inference.test_significance import (
    DAY,
    DAY_ZERO,
    ESTIMATION,
    EVENT,
    returns_of,
    run,
    study_of,
)
from tests.analysis.markets import market_of, reference_study, session_event


def with_gaps(firms: int, share: float) -> StudyResults:
    """A study in which each firm lacks a share of the returns before the event, each its own."""
    returns, rng = returns_of(firms), np.random.default_rng(5)
    for j in range(firms):
        missing = rng.random(DAY_ZERO - 12) < share
        returns[f"F{j}"][: len(missing)][missing] = np.nan
    return study_of(returns)


def on_days(positions: list[int]) -> StudyResults:
    """A study of firms of one exchange, each with a day 0 of its own."""
    market = market_of({name: np.tile(values, 2) for name, values in returns_of(len(positions)).items()})
    observations = [Observation(f"F{j}", f"F{j}", "MKT", day) for j, day in enumerate(positions)]
    design = StudyDesign(session_event(market, DAY_ZERO), ("F0",), None, "market_model", EVENT, ESTIMATION)
    return study_panel(design, event_panel(market, observations, Window(ESTIMATION.start, EVENT.end)), {})


# ------------------------------------------------------------------------------------------ joint test


@pytest.mark.parametrize("results", [with_gaps(5, 0.05), reference_study("missing_bars")[0]])
def test_with_gaps_the_joint_test_counts_the_complete_days(results: StudyResults) -> None:
    residuals = results.residuals.dropna().to_numpy()
    days, n = residuals.shape
    car = results.car(DAY)
    forecast = float(((car["se"] / results.fit.sigma) ** 2).mean())
    covariance = residuals.T @ residuals / (days - 2)  # two parameters
    t2 = car["car"] @ np.linalg.solve(covariance, car["car"]) / forecast
    found = TESTS["joint"].function(results, DAY)
    assert days < results.fit.nobs.min()
    assert found.statistic == pytest.approx(t2 * (days - 2 - n + 1) / (n * (days - 2)), rel=1e-9)
    assert found.df == days - 2 - n + 1


def test_the_bootstrap_of_the_joint_test_divides_by_the_same_days() -> None:
    gathered = evidence(with_gaps(5, 0.05), DAY)
    residuals = gathered.daily.estimation[np.isfinite(gathered.daily.estimation).all(axis=1)]  # type: ignore[union-attr]
    days = len(residuals)
    random = np.random.default_rng(20250127)
    weights = random.multinomial(days, np.full(days, 1 / days), size=3)
    picks = random.integers(0, days, size=(3, 1))
    for draw, null in enumerate(joint_null(gathered, 3)):
        sample = np.repeat(residuals, weights[draw], axis=0)
        covariance = np.cov(sample.T, ddof=0) * days / (days - 2)
        away = residuals[picks[draw, 0]] - sample.mean(axis=0)
        assert null == pytest.approx(away @ np.linalg.solve(covariance, away) / (1 + 1 / days))


# ------------------------------------------------------------------------------------ crude dependence


def test_a_window_with_two_of_five_days_is_measured_by_two_days() -> None:
    returns = returns_of(1)
    returns["F0"][DAY_ZERO : DAY_ZERO + 3] = np.nan  # bars of days 1, 2 and 3: returns of 1 to 4 are missing
    returns["F0"][DAY_ZERO + 3] = 0.01
    choices = {"event_window": Window(0, 5), "estimation_window": ESTIMATION}
    results = study_of(returns, **choices)
    window = Window(0, 5)
    assert results.abnormal_returns["F0"].notna().sum() == 2
    spread = results.estimation_residuals["F0"].std()
    found = TESTS["crude_dependence"].function(results, window)
    assert found.statistic == pytest.approx(results.caar(window) / (spread * np.sqrt(2)))


# ------------------------------------------------------------------------- minimum detectable effect


@pytest.mark.parametrize("df", [2, 3, 8, 18, 248])
def test_the_detectable_effect_is_found_four_times_out_of_five(df: int) -> None:
    critical, effect = float(reach(df)), detectable(df)
    power = scipy.stats.nct.sf(critical, df, effect) + scipy.stats.nct.cdf(-critical, df, effect)
    assert power == pytest.approx(0.8, abs=1e-4)


def test_the_detectable_effect_of_a_group_is_that_of_its_portfolio_t() -> None:
    results = study_of(returns_of(3), estimation_window=Window(-20, -11))
    effect = group_summary(results, DAY).minimum_detectable_effect
    assert effect == pytest.approx(detectable(8) * float(evidence(results, DAY).caar_se))


# -------------------------------------------------------------------------------------------- Wilcoxon


def test_five_equal_falls_have_the_p_value_of_five_signs() -> None:
    returns = returns_of(1)
    returns["F0"][DAY_ZERO - 1] = -0.2
    same = {"MKT": returns["MKT"]} | {f"F{j}": returns["F0"] for j in range(5)}
    assert run("wilcoxon", same).pvalue == pytest.approx(0.0625)


def test_tied_ranks_have_the_distribution_of_all_their_signs() -> None:
    from dataclasses import replace

    car = np.array([-0.3, -0.2, -0.2, -0.2, 0.1, -0.1, -0.4, 0.2])
    gathered = replace(evidence(study_of(returns_of(8)), DAY), car=car)
    ranks = scipy.stats.rankdata(np.abs(car))
    sums = np.array([ranks @ np.array(signs) for signs in product((0, 1), repeat=8)])
    observed = ranks[car > 0].sum()
    expected = min(1.0, 2 * float((sums <= min(observed, ranks.sum() - observed)).mean()))
    assert float(TESTS["wilcoxon"].core(gathered).pvalue) == pytest.approx(expected)


# ------------------------------------------------------------------------------------------- one event


def test_five_firms_on_five_days_of_a_week_have_dates_of_their_own() -> None:
    assert not on_days([100, 101, 102, 103, 104]).one_event
    assert on_days([100, 100, 100]).one_event


def test_firms_of_one_event_keep_it_where_the_exchanges_close_at_different_hours() -> None:
    results, _ = reference_study("common_date")
    assert results.one_event


# ---------------------------------------------------------------------------------- one measure, headline


def test_the_dates_that_are_counted_are_those_of_the_p_value() -> None:
    market = market_of({name: np.tile(values, 3) for name, values in returns_of(3).items()})
    event = session_event(market, 250)
    choices = {"event_window": EVENT, "estimation_window": ESTIMATION}
    pseudo = placebo(event_study(StudyDesign(event, ("F0", "F1", "F2"), **choices), market), DAY)  # type: ignore[arg-type]
    count = int(np.isfinite(pseudo.mean_scar).sum())
    assert count > 19
    assert pseudo.group_pvalue == pytest.approx((1 + pseudo.as_extreme) / (1 + count))


def test_the_headline_names_no_test_without_a_p_value() -> None:
    results = study_of(returns_of(5))  # no room for a single earlier date
    assert TESTS["placebo_rank"].function(results, DAY).pvalue is None
    assert "placebo_rank" not in group_summary(results, DAY).headline
