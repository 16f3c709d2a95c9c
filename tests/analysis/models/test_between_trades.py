"""Models of returns between trades are weighted least squares: statsmodels gives the same numbers."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.inference.firm_inference import firm_inference
from analysis.inference.significance import TESTS
from analysis.inference.trust import group_of
from analysis.market.bars import Floats
from analysis.market.errors import DesignError, UnknownNameError
from analysis.market.events import Window
from analysis.market.prices import Market
from analysis.models.normal_returns import NORMAL_RETURNS
from analysis.study.regression import regression_table
from analysis.study.study import StudyDesign, StudyResults, event_study
from tests.analysis.markets import market_of, session_event, with_bars

SIZE, DAY_ZERO = 400, 300
ESTIMATION, EVENT = Window(-150, -11), Window(-5, 5)
ABLE = [key for key, model in NORMAL_RETURNS.items() if model.between_trades]


def thin(share: float = 0.3, seed: int = 3) -> Market:
    """Three firms that lack a share of their bars; F0 has none on day +1. Prices move on meanwhile."""
    random = np.random.default_rng(seed)
    index = random.normal(0.0004, 0.01, SIZE)
    noise = random.normal(0, 0.015, (3, SIZE))
    whole = market_of(
        {"MKT": index} | {f"F{k}": 0.0003 + (0.8 + 0.2 * k) * index + noise[k] for k in range(3)}
    )
    histories = dict(whole.histories)
    for k in range(3):
        missing = random.random(SIZE + 1) < share
        missing[DAY_ZERO - 1 : DAY_ZERO + 3] = False
        missing[DAY_ZERO + 1] = k == 0
        known = histories[f"F{k}"]
        histories[f"F{k}"] = with_bars(known, known.bars[~missing])
    return dataclasses.replace(whole, histories=histories)


MARKET = thin()


def studied(
    model: str = "market_model", gaps: str = "trade-to-trade", market: Market = MARKET
) -> StudyResults:
    event = session_event(market, DAY_ZERO)
    firms = ("F0", "F1", "F2")
    return event_study(StudyDesign(event, firms, None, model, EVENT, ESTIMATION, gaps=gaps), market)  # type: ignore[arg-type]


def by_hand(symbol: str) -> pd.DataFrame:
    """Event time x [gap, firm, benchmark], from the closes of the days that the firm has."""
    sessions = MARKET.sessions["XTST"].dates
    bars = {s: MARKET.histories[s].bars["adj_close"] for s in (symbol, "MKT")}
    own = bars[symbol].index
    table = pd.DataFrame({"firm": bars[symbol].pct_change(), "benchmark": bars["MKT"][own].pct_change()})
    table["place"] = np.searchsorted(sessions, own.to_numpy().astype("datetime64[D]"))
    table["gap"] = table["place"].diff()
    return table.set_index(table.pop("place") - DAY_ZERO).dropna()


def explained(model: str, table: pd.DataFrame) -> tuple[Floats, Floats]:
    """What is explained and by what, for statsmodels."""
    firm, benchmark, gap = (table[name].to_numpy() for name in ("firm", "benchmark", "gap"))
    if model == "market_model":
        return firm, np.column_stack([gap, benchmark])
    return (firm, gap[:, None]) if model == "constant_mean" else (firm - benchmark, np.empty((len(gap), 0)))


@pytest.mark.parametrize("model", ABLE)
@pytest.mark.parametrize("symbol", ["F0", "F1"])
def test_fit_and_forecast_are_those_of_weighted_least_squares(model: str, symbol: str) -> None:
    results, table = studied(model), by_hand(symbol)
    before, after = table.loc[ESTIMATION.start : ESTIMATION.end], table.loc[EVENT.start : EVENT.end]
    assert before["gap"].max() > 2
    (y, x), (later, ahead) = explained(model, before), explained(model, after)
    if x.shape[1]:
        fit = sm.WLS(y, x, weights=1 / before["gap"]).fit()
        variance, expected, prediction = fit.scale, ahead @ fit.params, ahead @ fit.cov_params() @ ahead.T
        assert results.fit.coefficients[results.symbols.index(symbol)] == pytest.approx(fit.params)
    else:
        variance, expected, prediction = (y**2 / before["gap"]).mean(), np.zeros(len(later)), 0.0
    covariance = variance * np.diag(after["gap"]) + prediction
    ar = results.abnormal_returns[symbol].dropna()
    assert ar.index.tolist() == after.index.tolist()
    assert ar.to_numpy() == pytest.approx(later - expected)
    assert results.standard_errors[symbol].dropna().to_numpy() == pytest.approx(np.sqrt(np.diag(covariance)))
    assert results.parameters.loc[symbol, "sigma"] == pytest.approx(np.sqrt(variance))
    assert results.parameters.loc[symbol, "nobs"] == len(before)
    car = results.car(EVENT).loc[symbol]
    assert (car["car"], car["se"]) == pytest.approx((ar.sum(), np.sqrt(covariance.sum())))


def test_the_regression_behind_it_has_the_errors_of_weighted_least_squares() -> None:
    before = by_hand("F1").loc[ESTIMATION.start : ESTIMATION.end]
    fit = sm.WLS(*explained("market_model", before), weights=1 / before["gap"]).fit()
    table = regression_table(studied(), "F1")
    assert table["se"].to_numpy() == pytest.approx(fit.bse)
    assert table["pvalue"].to_numpy() == pytest.approx(fit.pvalues)


@pytest.mark.parametrize("model", ABLE)
def test_where_no_bar_is_missing_nothing_changes(model: str) -> None:
    full = thin(0.0)
    plain, between = (studied(model, gaps, full) for gaps in ("missing", "trade-to-trade"))
    firms = ["F1", "F2"]
    for name in ("abnormal_returns", "standard_errors", "estimation_residuals"):
        assert (getattr(plain, name)[firms] == getattr(between, name)[firms]).all(axis=None), name
    inference = [firm_inference(results, Window(0, 0)).loc[firms] for results in (plain, between)]
    assert inference[0]["conformal"].equals(inference[1]["conformal"])
    assert inference[0]["sample_quantile_two"].equals(inference[1]["sample_quantile_two"])


def test_standardised_returns_over_several_sessions_vary_as_those_over_one() -> None:
    scaled, spans = [], []
    for seed in range(60):
        results = studied(market=thin(0.4, seed))
        assert results.event_gaps is not None
        scaled.append(results.statistics.to_numpy().ravel())
        spans.append(results.event_gaps.ravel())
    sar, gaps = np.concatenate(scaled), np.concatenate(spans)
    for several in (gaps == 1, gaps > 1):
        assert several.sum() > 300
        assert np.nanstd(sar[several]) == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("key", TESTS)
def test_every_test_has_an_answer_or_says_why_not(key: str) -> None:
    outcome = TESTS[key].result(group_of(studied()), Window(0, 1))
    assert outcome.reason or 0 <= outcome.pvalue <= 1  # type: ignore[operator]


def test_ranks_see_a_return_over_several_sessions_per_session() -> None:
    results = studied()
    sums = results.car_per_session(Window(2, 2))
    assert sums[0] == pytest.approx(results.abnormal_returns.loc[2, "F0"] / np.sqrt(2))


def test_models_of_single_sessions_refuse_in_one_line() -> None:
    with pytest.raises(DesignError, match="go with market_model, market_adjusted, constant_mean"):
        studied("dimson")
    with pytest.raises(UnknownNameError, match="trade-to-trade"):
        studied(gaps="forward-fill")
    event = session_event(MARKET, DAY_ZERO)
    with pytest.raises(DesignError, match="volume"):
        StudyDesign(event, ("F0",), None, "constant_mean", reaction="volume", gaps="trade-to-trade")
