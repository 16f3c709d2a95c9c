"""Numbers that follow from a definition alone, worked out apart from the product."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from statsmodels.multivariate.multivariate_ols import _MultivariateOLS

from analysis.inference.evidence import evidence
from analysis.inference.group_summary import group_summary
from analysis.inference.parametric import joint_null
from analysis.inference.placebo import placebo
from analysis.inference.sampling import spread_over_dates
from analysis.inference.significance import TESTS
from analysis.market.events import Window
from analysis.market.observations import Observation
from analysis.market.panels import event_panel
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
    """A study of firms of one exchange, each with a day 0 of its own, event windows of five sessions."""
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


def test_with_gaps_the_joint_test_is_that_of_the_returns_alone_by_numpy() -> None:
    returns, rng = returns_of(5), np.random.default_rng(5)
    rows = np.arange(DAY_ZERO + ESTIMATION.start, DAY_ZERO + ESTIMATION.end + 1) - 1  # of returns
    for j in range(5):
        returns[f"F{j}"][rng.choice(rows, 6, replace=False)] = np.nan
    market = returns["MKT"]
    lost = np.array([np.isnan(r) | np.isnan(np.append(np.nan, r[:-1])) for r in returns.values()])
    residuals, forecast, abnormal = np.full((len(rows), 5), np.nan), [], []
    for j in range(5):
        known = rows[~lost[j + 1, rows]]  # a missing bar takes two returns
        design = np.column_stack([np.ones(len(known)), market[known]])
        coefficients, *_ = np.linalg.lstsq(design, returns[f"F{j}"][known])
        residuals[np.isin(rows, known), j] = returns[f"F{j}"][known] - design @ coefficients
        zero = np.array([1.0, market[DAY_ZERO - 1]])
        abnormal.append(returns[f"F{j}"][DAY_ZERO - 1] - zero @ coefficients)
        forecast.append(1 + zero @ np.linalg.inv(design.T @ design) @ zero)
    complete = residuals[np.isfinite(residuals).all(axis=1)]
    df = len(complete) - 2
    covariance = complete.T @ complete / df
    t2 = np.array(abnormal) @ np.linalg.inv(covariance) @ np.array(abnormal) / np.mean(forecast)
    found = run("joint", returns)
    assert len(complete) < 50 < len(rows)
    assert (found.statistic, found.df) == (pytest.approx(t2 * (df - 4) / (5 * df)), df - 4)


def test_without_gaps_the_joint_test_is_that_of_a_multivariate_regression_by_statsmodels() -> None:
    returns = returns_of(4)
    rows = [*range(DAY_ZERO + ESTIMATION.start - 1, DAY_ZERO + ESTIMATION.end), DAY_ZERO - 1]
    table = pd.DataFrame({"Intercept": 1.0, "MKT": returns["MKT"][rows], "event": 0.0})
    table.loc[len(table) - 1, "event"] = 1.0
    firms = np.column_stack([returns[f"F{j}"][rows] for j in range(4)])
    fitted = _MultivariateOLS(firms, table).fit()
    answer = fitted.mv_test([("event", np.array([[0.0, 0.0, 1.0]]))]).results["event"]["stat"]
    found = run("joint", returns)
    assert found.statistic == pytest.approx(float(answer.loc["Wilks' lambda", "F Value"]))
    assert found.df == answer.loc["Wilks' lambda", "Den DF"]


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


def test_a_session_without_any_firm_is_no_day_of_the_rank_tests() -> None:
    returns = returns_of(3)
    for j in range(3):
        returns[f"F{j}"][DAY_ZERO] = np.nan  # the bar of day 1: returns of days 1 and 2 are missing
    results = study_of(returns)
    ranked = np.vstack([results.estimation_residuals, results.abnormal_returns])
    ranks = scipy.stats.rankdata(ranked, axis=0, nan_policy="omit")
    deviations = (pd.DataFrame(ranks) - (np.isfinite(ranks).sum(axis=0) + 1) / 2).mean(axis=1).to_numpy()
    days = deviations[-len(EVENT) :]
    assert np.isfinite(days).sum() == 3
    expected = np.nansum(days) / np.sqrt(3 * np.nanmean(deviations**2))
    assert TESTS["corrado_rank"].function(results, EVENT).statistic == pytest.approx(expected)


# -------------------------------------------------------------------- windows that overlap, unequal dates


def test_windows_that_share_one_of_three_days_share_a_third_of_the_correlation() -> None:
    results, window = on_days([100, 102]), Window(-1, 1)
    residuals = results.residuals  # by calendar, where two sessions lie between the firms
    r = residuals["F0"].corr(residuals["F1"])
    errors = results.car(window)["se"].to_numpy()
    variance = (errors**2).sum() + 2 * r / 3 * errors.prod()
    assert abs(r) > 0.01
    found = TESTS["portfolio"].function(results, window)
    assert found.statistic == pytest.approx(results.caar(window) / (np.sqrt(variance) / 2))


def test_twenty_firms_on_one_date_and_nine_single_dates_are_two_effective_dates() -> None:
    zero = np.array([0] * 20 + [10 * j for j in range(1, 10)])
    spread = spread_over_dates(zero, zero - 1, zero + 1)
    assert spread["effective_dates"] == pytest.approx(29**2 / (20**2 + 9))
    assert (spread["dates"], spread["largest"], spread["crossing"]) == (10, 20, 0)


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
    results = study_of(returns_of(5, seed=2))  # no room for a single earlier date
    assert TESTS["placebo_rank"].trusted(results, DAY) is None
    assert TESTS["placebo_rank"].function(results, DAY).pvalue is None
    assert "placebo_rank" not in group_summary(results, DAY).headline
