"""Calendar-time alphas against statsmodels, pandas, and a simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.inference.calendar import SPARE, calendar_alphas
from analysis.inference.trust import group_of
from analysis.market.bars import Floats
from analysis.market.events import Window
from analysis.market.observations import Observation
from analysis.market.panels import event_panel
from analysis.models.distributions import two_sided_t
from analysis.models.newey_west import newey_west, newey_west_lags
from analysis.study.study import StudyDesign, StudyResults, event_study, study_panel
from data.bundled.bundle import bundled_market
from data.catalogue.dossiers import dossier
from tests.analysis.markets import market_of, session_event
from tools.made_up import made_up_population

LONG, DAYS, ESTIMATION = Window(-5, 20), 200, Window(-80, -11)


def on_dates(positions: list[int], gap: int = 0) -> StudyResults:
    """A study of firms with days 0 of their own, the first without `gap` bars after its day 0."""
    rng = np.random.default_rng(1)
    market = rng.normal(0, 0.01, DAYS)
    returns = {"MKT": market} | {
        f"F{j}": (1 + j / 4) * market + rng.normal(0.001, 0.02, DAYS) for j in range(len(positions))
    }
    returns["F0"][positions[0] + 3 : positions[0] + 3 + gap] = np.nan
    prices = market_of(returns)
    observations = [Observation(f"F{j}", f"F{j}", "MKT", day) for j, day in enumerate(positions)]
    design = StudyDesign(session_event(prices, positions[0]), ("F0",), None, "market_model", LONG, ESTIMATION)
    panel = event_panel(prices, observations, Window(ESTIMATION.start, LONG.end))
    return study_panel(design, panel, {})


@pytest.mark.parametrize("gap", [0, 1])
def test_the_alpha_of_a_portfolio_is_that_of_statsmodels_with_hac_errors(gap: int) -> None:
    results = on_dates([100, 108, 108, 130], gap)
    rows = results.panel.rows(LONG)
    held = pd.DataFrame(
        {
            "day": results.panel.dates[rows].ravel(),
            "firm": results.panel.returns[rows].ravel(),
            "market": results.panel.benchmark()[rows].ravel(),
        }
    ).dropna()
    by_day = held.groupby("day").mean()
    lags = int(4 * (len(by_day) / 100) ** (2 / 9))
    kinds = {"maxlags": lags, "use_correction": True}
    fitted = sm.OLS(by_day["firm"], sm.add_constant(by_day["market"])).fit(
        cov_type="HAC", cov_kwds=kinds, use_t=True
    )
    found, *without_factors = calendar_alphas(results, LONG)
    assert (found.days, found.lags, found.df) == (len(by_day), lags, len(by_day) - 2)
    assert found.firms == pytest.approx(len(held) / len(by_day))
    assert (found.alpha, found.se) == pytest.approx((fitted.params["const"], fitted.bse["const"]), rel=1e-9)
    assert (found.statistic, found.pvalue) == pytest.approx(
        (fitted.tvalues["const"], fitted.pvalues["const"])
    )
    assert len(held) == 4 * len(LONG) - 2 * gap
    assert all("no factors are known" in str(one.reason) for one in without_factors)


def test_five_factors_of_the_bundle_are_those_of_statsmodels() -> None:
    event = dossier("deepseek-2025-01-27")
    market = bundled_market(event.instruments)
    results, window = event_study(StudyDesign(event.event, ("NVDA",)), market), Window(-10, 10)
    days = pd.DatetimeIndex(results.panel.dates[results.panel.rows(window), 0])
    factors = market.factors["US"].loc[days]
    returns = results.returns["NVDA"].to_numpy() - factors["rf"].to_numpy()
    names = ["mkt_rf", "smb", "hml", "rmw", "cma"]
    fitted = sm.OLS(returns, sm.add_constant(factors[names].to_numpy())).fit(
        cov_type="HAC", cov_kwds={"maxlags": 2, "use_correction": True}, use_t=True
    )
    found = calendar_alphas(results, window)[-1]
    assert (found.key, found.df) == ("fama_french_5", 21 - 6)
    assert (found.alpha, found.se, found.pvalue) == pytest.approx(
        (fitted.params[0], fitted.bse[0], fitted.pvalues[0]), rel=1e-8
    )


def test_windows_of_twenty_sessions_have_no_alpha() -> None:
    results = on_dates([100, 108])
    assert calendar_alphas(results, Window(0, 19)) == ()
    assert len(calendar_alphas(results, Window(0, 20))) == 3


def test_too_few_days_are_counted() -> None:
    found = calendar_alphas(on_dates([100], gap=15), LONG)[0]
    assert (found.days, found.alpha) == (len(LONG) - 16, None)
    assert f"known on 10 days of the window; at least {2 + SPARE} days are needed" in str(found.reason)


def test_a_firm_without_a_benchmark_has_no_market_alpha() -> None:
    results = on_dates([100, 108])
    alone = [Observation("F0", "F0", "F0", 100)]
    panel = event_panel(results.panel.market, alone, Window(ESTIMATION.start, LONG.end))
    design = StudyDesign(results.design.event, ("F0",), None, "constant_mean", LONG, ESTIMATION)
    assert calendar_alphas(study_panel(design, panel, {}), LONG)[0].alpha is None


@pytest.mark.slow
def test_sizes_are_those_that_are_told() -> None:
    """On one date 6.85 % (0.56) of true nulls are rejected over 21 days, and 5.7 % (0.52) over 250."""
    drawn_from, rng = made_up_population(seed=20261127), np.random.default_rng(2)

    def rejected(days: int) -> float:
        pvalues = []
        for _ in range(1000):
            first = rng.integers(0, len(drawn_from.returns) - days)
            firms = rng.permutation(drawn_from.returns.shape[1])[:5]
            pvalues.append(pvalue(drawn_from.returns[first : first + days, firms].mean(axis=1), first))
        return float((np.array(pvalues) <= 0.05).mean())

    def pvalue(returns: Floats, first: int) -> float:
        days = len(returns)
        market = drawn_from.benchmarks[first : first + days, 0]
        coefficients, covariance = newey_west(
            returns, np.column_stack([np.ones(days), market]), newey_west_lags(days)
        )
        return float(two_sided_t(coefficients[:1] / np.sqrt(covariance[0, 0]), days - 2)[0])

    assert rejected(21) == pytest.approx(0.0685, abs=3 * 0.008)
    assert rejected(250) == pytest.approx(0.057, abs=3 * 0.0073)


def test_a_group_has_the_alphas_of_its_study() -> None:
    results = on_dates([100, 108])
    assert group_of(results).alphas(LONG) == calendar_alphas(results, LONG)
