from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.market.events import Event, Sessions, Window
from analysis.study.study import StudyDesign, event_study
from tests.analysis.markets import market_of, reference_study
from tests.analysis.study.small import DAY_ZERO, ESTIMATION, EVENT, drawn, study, with_history

EXACT = {"rel": 1e-9, "abs": 1e-12}


@pytest.mark.parametrize("case", ["common_date", "missing_bars"])
def test_a_reference_case_comes_out_to_nine_digits(case: str) -> None:
    results, expected = reference_study(case)
    assert not results.excluded
    for symbol, firm in expected["firms"].items():
        parameters = results.parameters.loc[symbol]
        assert [parameters[name] for name in ("alpha", "beta", "sigma", "nobs", "df_resid")] == pytest.approx(
            [firm[name] for name in ("alpha", "beta", "sigma", "nobs", "df")], **EXACT
        )
        assert results.abnormal_returns[symbol].tolist() == pytest.approx(firm["abnormal_returns"], **EXACT)
        assert results.standard_errors[symbol].tolist() == pytest.approx(firm["standard_errors"], **EXACT)
        assert results.statistics.loc[0, symbol] == pytest.approx(firm["sar0"], **EXACT)
        for answer in firm["car"]:
            row = results.car(Window(*answer["window"])).loc[symbol]
            assert [row[name] for name in ("car", "se", "statistic", "df", "pvalue")] == pytest.approx(
                [answer[name] for name in ("car", "se", "statistic", "df", "pvalue")], **EXACT
            )
    assert results.aar.loc[0] == pytest.approx(expected["group"]["aar0"], **EXACT)


def test_ar_car_and_intervals_are_those_of_a_regression_with_event_dummies() -> None:
    """A dummy per event day turns the study into one regression: its coefficients are the ARs."""
    returns = drawn()
    results = study(market_of(returns), "B")
    rows = slice(DAY_ZERO - 80 - 1, DAY_ZERO + 10)
    dummies = np.concatenate([np.zeros((70, 21)), np.eye(21)])
    fit = sm.OLS(returns["B"][rows], np.column_stack([np.ones(91), returns["MKT"][rows], dummies])).fit()
    assert results.abnormal_returns["B"].tolist() == pytest.approx(fit.params[2:], **EXACT)
    assert results.pvalues["B"].tolist() == pytest.approx(fit.pvalues[2:], rel=1e-7)
    known = fit.t_test(np.r_[0, 0, np.zeros(9), 1, 1, 1, np.zeros(9)])
    car = results.car(Window(-1, 1)).loc["B"]
    assert [car["car"], car["se"], car["statistic"]] == pytest.approx(
        [known.effect[0], known.sd[0, 0], known.tvalue[0, 0]]
    )
    assert [car["ci_low"], car["ci_high"]] == pytest.approx(known.conf_int()[0])


@settings(deadline=None, max_examples=20)
@given(shock=st.floats(-0.3, 0.3))
def test_a_planted_shock_is_found_to_the_digit(shock: float) -> None:
    quiet, loud = drawn(), drawn()
    loud["B"][DAY_ZERO - 1] += shock
    before, after = study(market_of(quiet)), study(market_of(loud))
    difference = (after.abnormal_returns - before.abnormal_returns).to_numpy()
    planted = np.zeros_like(difference)
    planted[10, 1] = shock
    assert difference == pytest.approx(planted, abs=1e-12)
    assert after.caar(Window(0, 1)) - before.caar(Window(0, 1)) == pytest.approx(shock / 3, abs=1e-12)


@settings(deadline=None, max_examples=20)
@given(scale=st.floats(0.1, 10))
def test_scaling_the_benchmark_divides_beta_and_changes_nothing_else(scale: float) -> None:
    returns = drawn()
    one, other = study(market_of(returns)), study(market_of(returns | {"MKT": returns["MKT"] * scale}))
    assert other.abnormal_returns.to_numpy() == pytest.approx(one.abnormal_returns.to_numpy(), abs=1e-12)
    assert other.standard_errors.to_numpy() == pytest.approx(one.standard_errors.to_numpy(), rel=1e-9)
    assert other.parameters["beta"].tolist() == pytest.approx((one.parameters["beta"] / scale).tolist())


def test_the_order_of_firms_does_not_matter() -> None:
    market = market_of(drawn())
    one, other = study(market, "A", "B", "C"), study(market, "C", "A", "B")
    pd.testing.assert_frame_equal(one.abnormal_returns, other.abnormal_returns[["A", "B", "C"]])
    pd.testing.assert_frame_equal(one.parameters, other.parameters.loc[["A", "B", "C"]])


def test_a_firm_is_measured_alike_alone_and_in_company() -> None:
    market = market_of(drawn())
    pd.testing.assert_frame_equal(study(market).car(EVENT).loc[["B"]], study(market, "B").car(EVENT))


def test_adjacent_windows_add_up() -> None:
    results = study(market_of(drawn()))
    parts = results.car(Window(-10, -1))["car"] + results.car(Window(0, 10))["car"]
    assert parts.tolist() == pytest.approx(results.car(EVENT)["car"].tolist())
    assert results.caar(EVENT) == pytest.approx(results.aar.sum())


def test_residuals_by_date_are_those_by_event_time() -> None:
    results = study(market_of(drawn()))
    assert results.residuals.to_numpy() == pytest.approx(results.estimation_residuals.to_numpy())
    assert results.residuals.index[-1] == pd.Timestamp(results.sessions.loc[-10, "A"]) - pd.offsets.BDay()
    assert results.residuals.mean().tolist() == pytest.approx([0] * 3, abs=1e-12)


def test_a_missing_session_does_not_shift_the_event() -> None:
    market = market_of(drawn())
    closes = market.histories["A"].bars["close"].to_numpy().copy()
    closes[DAY_ZERO - 30] = np.nan
    whole, gappy = study(market), study(with_history(market, "A", closes))
    assert gappy.event_sessions == whole.event_sessions
    assert gappy.returns["A"].tolist() == pytest.approx(whole.returns["A"].tolist())
    assert gappy.parameters["nobs"].tolist() == [68, 70, 70]


def test_a_missing_day_in_the_event_window_is_left_out_of_the_sum_and_its_variance() -> None:
    market = market_of(drawn())
    closes = market.histories["A"].bars["close"].to_numpy().copy()
    closes[DAY_ZERO + 2] = np.nan
    whole, gappy = study(market), study(with_history(market, "A", closes))
    assert gappy.abnormal_returns["A"].isna().sum() == 2
    assert gappy.car(Window(1, 4)).loc["A", "car"] == pytest.approx(
        whole.abnormal_returns["A"].loc[[1, 4]].sum()
    )
    assert gappy.car(Window(0, 2)).loc["A", ["car", "se"]].tolist() == pytest.approx(
        whole.car(Window(0, 1)).loc["A", ["car", "se"]].tolist()
    )
    nothing = gappy.car(Window(2, 3)).loc["A"].drop("df")
    assert nothing.isna().all()


def test_day_zero_is_each_exchanges_own() -> None:
    market = market_of(drawn())
    dates = market.sessions["XTST"].dates.astype("datetime64[s]")
    hours = {"XTST": 16, "XLAT": 21}
    sessions = {
        x: Sessions(x, market.sessions["XTST"].dates, dates + np.timedelta64(h, "h"))
        for x, h in hours.items()
    }
    late = {s: dataclasses.replace(market.instrument(s), exchange="XLAT") for s in ("A", "MKT")}
    market = dataclasses.replace(market, sessions=sessions, instruments={**market.instruments, **late})
    moment = dates[DAY_ZERO].item().replace(hour=18, tzinfo=dt.UTC)
    design = StudyDesign(Event("news", "News", moment), ("A", "B"), None, "market_model", EVENT, ESTIMATION)
    days = event_study(design, market).event_sessions
    assert (days["A"], days["B"]) == (dates[DAY_ZERO].item().date(), dates[DAY_ZERO + 1].item().date())


def test_an_event_on_a_closed_day_is_studied_on_the_next_session_and_says_so() -> None:
    market = market_of(drawn())
    saturday, monday = dt.date(2020, 5, 9), dt.date(2020, 5, 11)
    event = Event("shock", "A shock", session=saturday)
    results = event_study(StudyDesign(event, ("A",), None, "market_model", EVENT, ESTIMATION), market)
    assert results.event_sessions == {"A": monday}
    assert results.moved == {"A": f"{monday}: {saturday} is no session of its exchange"}


def test_one_day_of_a_thousand_per_cent_is_just_a_number() -> None:
    returns = drawn()
    returns["A"][DAY_ZERO - 1] = 10.0
    assert study(market_of(returns)).abnormal_returns.loc[0, "A"] == pytest.approx(10.0, abs=0.05)
