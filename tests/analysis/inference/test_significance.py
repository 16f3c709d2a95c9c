from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.stats
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.inference.group_summary import group_summary
from analysis.inference.group_test import SignificanceResult
from analysis.inference.significance import TESTS
from analysis.inference.together import residual_correlations
from analysis.market.bars import Floats
from analysis.market.events import Window
from analysis.market.observations import Observation
from analysis.market.panels import event_panel
from analysis.study.study import StudyDesign, StudyResults, event_study, study_panel
from tests.analysis.markets import market_of, reference_study, session_event, with_bars

DAY = Window(0, 0)
DAY_ZERO, ESTIMATION, EVENT = 100, Window(-80, -11), Window(-2, 2)
IN_REFERENCE = {
    "cross_sectional": "cross_sectional_t",
    "skewness_adjusted": "skewness_adjusted_t",
    "patell": "patell_z",
    "adjusted_patell": "adjusted_patell_z",
    "boehmer": "boehmer_t",
    "kolari_pynnonen": "kolari_pynnonen_t",
    "crude_dependence": "crude_dependence_t",
    "generalized_sign": "generalized_sign_z",
    "corrado_rank": "corrado_rank_t",
    "grank_t": "grank_t",
    "portfolio": "portfolio_t",
}


def returns_of(firms: int, seed: int = 1) -> dict[str, Floats]:
    rng = np.random.default_rng(seed)
    market = rng.normal(0, 0.01, 110)
    names = [f"F{j}" for j in range(firms)]
    return {"MKT": market} | {name: market + rng.normal(0, 0.02, 110) for name in names}


def study_of(returns: dict[str, Floats], **choices: object) -> StudyResults:
    market = market_of(returns)
    symbols = tuple(symbol for symbol in returns if symbol != "MKT")
    windows = {"event_window": EVENT, "estimation_window": ESTIMATION} | choices
    return event_study(StudyDesign(session_event(market, DAY_ZERO), symbols, **windows), market)  # type: ignore[arg-type]


def scattered(firms: int) -> StudyResults:
    """A study of firms whose days 0 are two sessions apart."""
    returns = {name: np.concatenate([values] * 2) for name, values in returns_of(firms).items()}
    market = market_of(returns)
    observations = [Observation(f"F{j}", f"F{j}", "MKT", DAY_ZERO + 2 * j) for j in range(firms)]
    design = StudyDesign(session_event(market, DAY_ZERO), ("F0",), None, "market_model", EVENT, ESTIMATION)
    return study_panel(design, event_panel(market, observations, Window(ESTIMATION.start, EVENT.end)), {})


def run(key: str, returns: dict[str, Floats], window: Window = DAY) -> SignificanceResult:
    return TESTS[key].function(study_of(returns), window)


# ------------------------------------------------------------------------------------ reference answers


@pytest.mark.parametrize("case", ["common_date", "missing_bars"])
def test_the_group_of_a_reference_case_comes_out_to_nine_digits(case: str) -> None:
    results, expected = reference_study(case)
    answers = expected["group"]
    for key, name in IN_REFERENCE.items():
        if answers[name] is not None:
            statistic = TESTS[key].function(results, DAY).statistic
            assert statistic == pytest.approx(answers[name], rel=1e-9), key
    correlation = group_summary(results, DAY).mean_residual_correlation
    assert correlation == pytest.approx(answers["mean_residual_correlation"], rel=1e-9)


# ---------------------------------------------------------------------------------- other people's code


def test_cross_sectional_sign_and_wilcoxon_agree_with_scipy() -> None:
    results = study_of(returns_of(9))
    cars = results.car(DAY)["car"].to_numpy()
    student = scipy.stats.ttest_1samp(cars, 0.0)
    found = TESTS["cross_sectional"].function(results, DAY)
    assert (found.statistic, found.pvalue) == pytest.approx((student.statistic, student.pvalue))
    binomial = scipy.stats.binomtest(int((cars > 0).sum()), 9)
    assert TESTS["sign"].function(results, DAY).pvalue == pytest.approx(binomial.pvalue)
    exact = scipy.stats.wilcoxon(cars, method="exact")
    assert TESTS["wilcoxon"].function(results, DAY).pvalue == pytest.approx(exact.pvalue)


def test_residual_correlations_are_those_of_pandas_with_gaps() -> None:
    results = study_of(returns_of(4))
    residuals = results.residuals.copy()
    residuals.iloc[3:9, 1] = np.nan
    np.testing.assert_allclose(residual_correlations(residuals.to_numpy()), residuals.corr(), rtol=1e-10)


def test_the_portfolio_test_is_the_t_test_of_an_equally_weighted_share() -> None:
    returns = returns_of(5)
    basket = np.mean([returns[f"F{j}"] for j in range(5)], axis=0)
    single = study_of({"MKT": returns["MKT"], "BASKET": basket}).car(EVENT).loc["BASKET"]
    found = run("portfolio", returns, EVENT)
    assert (found.statistic, found.pvalue, found.df) == pytest.approx(
        (single["statistic"], single["pvalue"], single["df"])
    )


def test_the_joint_statistic_is_hotellings_and_one_firm_is_its_squared_t() -> None:
    results = study_of(returns_of(3))
    residuals, ar = results.residuals.to_numpy(), results.abnormal_returns.loc[0].to_numpy()
    df = int(results.fit.df_resid[0])
    forecast = float(results.standard_errors.loc[0].iloc[0] ** 2 / results.fit.sigma[0] ** 2)
    t2 = ar @ np.linalg.solve(residuals.T @ residuals / df, ar) / forecast
    assert TESTS["joint"].function(results, DAY).statistic == pytest.approx(t2 * (df - 2) / (3 * df))
    alone = study_of(returns_of(1))
    assert TESTS["joint"].function(alone, DAY).statistic == pytest.approx(alone.statistics.loc[0, "F0"] ** 2)


def test_ranks_of_standardised_returns_as_their_papers_define_them() -> None:
    results = study_of(returns_of(6))
    before = results.estimation_residuals.to_numpy() / results.fit.sigma
    during = results.statistics / results.statistics.std(axis=1, ddof=1).to_numpy()[:, None]
    days = len(before) + len(during)
    uniform = scipy.stats.rankdata(np.vstack([before, during]), axis=0) / (days + 1) - 0.5
    daily = uniform.sum(axis=1) / np.sqrt(6)
    zivney = daily[len(before) - EVENT.start] / np.sqrt((daily**2).mean())
    assert TESTS["corrado_zivney"].function(results, DAY).statistic == pytest.approx(zivney)
    scar = results.car(EVENT)["statistic"]
    joined = np.vstack([before, scar / scar.std(ddof=1)])
    rank = (scipy.stats.rankdata(joined, axis=0) / (len(joined) + 1) - 0.5)[-1].mean()
    grank = np.sqrt(12 * 6 * (len(joined) + 1) / (len(joined) - 1)) * rank
    assert TESTS["grank_z"].function(results, EVENT).statistic == pytest.approx(grank)


def test_the_calendar_time_mean_agrees_with_weighted_least_squares_of_statsmodels() -> None:
    results = scattered(12)
    chosen, window = results.abnormal_returns.loc[-1:1], Window(-1, 1)
    daily = pd.DataFrame(
        {"ar": chosen.to_numpy().ravel(), "day": results.sessions.loc[-1:1].to_numpy().ravel()}
    )
    portfolio = daily.groupby("day")["ar"].agg(["mean", "size"])
    assert portfolio["size"].max() > 1
    fitted = sm.WLS(portfolio["mean"].to_numpy(), np.ones(len(portfolio)), portfolio["size"].to_numpy()).fit(
        cov_type="HC1"
    )
    found = TESTS["calendar_time"].function(results, window)
    assert (found.statistic, found.df) == (pytest.approx(fitted.tvalues[0]), fitted.df_resid)


def test_firms_with_dates_of_their_own_have_an_independent_mean() -> None:
    results = scattered(12)
    errors = results.car(DAY)["se"]
    independent = results.caar(DAY) / (np.sqrt((errors**2).sum()) / len(errors))
    assert TESTS["portfolio"].function(results, DAY).statistic == pytest.approx(independent)
    assert group_summary(results, DAY).effective_firms == pytest.approx(12)
    assert TESTS["adjusted_patell"].function(results, DAY) == TESTS["patell"].function(results, DAY)


# -------------------------------------------------------------------------------------------- by hand


def test_signs_by_hand_four_of_four_up() -> None:
    returns = returns_of(4)
    for j in range(4):
        returns[f"F{j}"][DAY_ZERO - 1] = 0.2 + 0.01 * j
    assert run("sign", returns).statistic == 4
    assert run("sign", returns).pvalue == pytest.approx(2 / 16)
    assert run("wilcoxon", returns).pvalue == pytest.approx(2 / 16)


def test_the_highest_rank_of_one_firm_by_hand() -> None:
    returns = returns_of(1)
    returns["F0"][DAY_ZERO - 1] = 0.5
    days = len(ESTIMATION) + len(EVENT)
    deviation = np.sqrt((days**2 - 1) / 12)  # of the ranks 1 .. days
    assert run("corrado_rank", returns).statistic == pytest.approx((days - 1) / 2 / deviation)


# ------------------------------------------------------------------------------------------- properties


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10_000), firms=st.integers(2, 8), scale=st.sampled_from([0.01, 0.5, 3.0]))
def test_no_test_depends_on_the_unit_or_the_order_of_firms_and_all_turn_with_the_sign(
    seed: int, firms: int, scale: float
) -> None:
    returns = returns_of(firms, seed)
    scaled = {symbol: values * scale for symbol, values in returns.items()}
    turned = {symbol: -values for symbol, values in returns.items()}
    shuffled = dict(reversed(returns.items()))
    plain = study_of(returns)
    for key, test in TESTS.items():
        found = test.function(plain, DAY)
        if found.pvalue is None:
            continue
        assert 0.0 <= found.pvalue <= 1.0
        for other in (scaled, shuffled, turned):
            pvalue = test.function(study_of(other), DAY).pvalue
            assert pvalue == pytest.approx(found.pvalue, rel=1e-6, abs=2e-3), key


@pytest.mark.parametrize("window", [DAY, Window(0, 1), EVENT])
def test_a_large_common_shift_is_found_by_every_trusted_test(window: Window) -> None:
    returns = returns_of(6)
    for j in range(6):
        returns[f"F{j}"][DAY_ZERO - 1] -= 0.3
    results = study_of(returns)
    for key in ("portfolio", "kolari_pynnonen", "crude_dependence", "joint"):
        pvalue = TESTS[key].function(results, window).pvalue
        assert pvalue is not None
        assert pvalue < 0.05, key


def test_the_bootstrap_gives_the_same_answer_twice() -> None:
    results = study_of(returns_of(4))
    first, second = (TESTS["joint"].function(results, DAY) for _ in range(2))
    assert first == second


# ------------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize("key", TESTS)
@pytest.mark.parametrize("firms", [1, 2])
def test_one_or_two_firms_give_a_number_or_a_reason(key: str, firms: int) -> None:
    assert_answered(run(key, returns_of(firms)), firms)


@pytest.mark.parametrize("key", TESTS)
def test_identical_firms_give_a_number_or_a_reason(key: str) -> None:
    returns = returns_of(1)
    assert_answered(run(key, returns | {"F1": returns["F0"].copy(), "F2": returns["F0"].copy()}), 3)


@pytest.mark.parametrize("key", TESTS)
def test_a_day_of_a_thousand_percent_gives_a_number_or_a_reason(key: str) -> None:
    returns = returns_of(4)
    returns["F1"][DAY_ZERO - 1] = 10.0
    returns["F2"][40] = 10.0
    assert_answered(run(key, returns), 4)


@pytest.mark.parametrize("key", TESTS)
def test_a_window_without_a_single_return_gives_a_reason(key: str) -> None:
    returns = returns_of(3)
    market = market_of(returns)
    for symbol in ("F0", "F1", "F2"):
        bars = market.histories[symbol].bars
        closed = bars.drop(index=bars.index[DAY_ZERO + 1])
        market.histories[symbol] = with_bars(market.histories[symbol], closed)  # type: ignore[index]
    event = session_event(market, DAY_ZERO)
    results = event_study(
        StudyDesign(event, ("F0", "F1", "F2"), None, "market_model", EVENT, ESTIMATION), market
    )
    found = TESTS[key].function(results, Window(1, 1))
    assert found.pvalue is None
    assert "there are 0" in str(found.reason)


def assert_answered(found: SignificanceResult, firms: int) -> None:
    assert found.nobs == firms
    if found.pvalue is None:
        assert found.reason
    else:
        assert found.reason is None
        assert 0.0 <= found.pvalue <= 1.0
        assert found.statistic is not None
