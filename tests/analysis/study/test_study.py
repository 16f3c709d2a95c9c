from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.market.errors import DesignError, UnknownNameError
from analysis.market.events import Event, Sessions, Window
from analysis.market.prices import Instrument, Market
from analysis.study.study import StudyDesign, StudyResults, event_study
from tests.analysis.markets import history, market_of, reference_study, session_event, with_bars

EXACT = {"rel": 1e-9, "abs": 1e-12}
SIZE, DAY_ZERO = 120, 100
ESTIMATION, EVENT = Window(-80, -11), Window(-10, 10)


def drawn(seed: int = 1, firms: str = "ABC") -> dict[str, npt.NDArray[np.float64]]:
    """Returns of MKT and of firms that follow it with betas 0.5, 1.0, 1.5, ..."""
    rng = np.random.default_rng(seed)
    market = rng.normal(0, 0.01, SIZE)
    own = {f: 0.5 * (j + 1) * market + rng.normal(0, 0.02, SIZE) for j, f in enumerate(firms)}
    return {"MKT": market} | own


def study(market: Market, *symbols: str, **choices: object) -> StudyResults:
    design = {"event_window": EVENT, "estimation_window": ESTIMATION} | choices
    return event_study(
        StudyDesign(session_event(market, DAY_ZERO), symbols or ("A", "B", "C"), **design), market
    )  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------ reference answers


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


# ------------------------------------------------------------------------------------ what must hold


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


# ------------------------------------------------------------------------------------ sessions and days


def with_history(market: Market, symbol: str, closes: npt.NDArray[np.float64]) -> Market:
    dates = market.sessions["XTST"].dates
    return dataclasses.replace(market, histories={**market.histories, symbol: history(symbol, dates, closes)})


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


# ------------------------------------------------------------------------------------ what cannot be studied


def flat(size: int = SIZE + 1) -> npt.NDArray[np.float64]:
    return np.full(size, 50.0)


def reasons(market: Market, symbol: str, **choices: object) -> str:
    results = study(market, symbol, "B", **choices)
    assert results.symbols == ("B",)
    return results.excluded[symbol]


def test_a_firm_without_history_is_left_out_with_what_is_needed() -> None:
    market = market_of(drawn())
    young = market.histories["A"].bars["close"].to_numpy().copy()
    young[: DAY_ZERO - 40] = np.nan
    assert reasons(with_history(market, "A", young), "A") == (
        "estimation window [-80, -11] needs 80 sessions before day 0; 40 are available; "
        "no window of 120 fits: choose a later event, or another firm"
    )


def test_a_firm_whose_bars_end_in_the_event_window_is_left_out() -> None:
    market = market_of(drawn())
    gone = market.histories["A"].bars["close"].to_numpy().copy()
    gone[DAY_ZERO + 4 :] = np.nan
    assert reasons(with_history(market, "A", gone), "A") == (
        "event window [-10, +10] needs 10 sessions after day 0; 3 are available; [-10, +3] would fit"
    )


def test_a_firm_without_a_price_around_day_0_is_told_the_dates_that_it_has() -> None:
    market = market_of(drawn())
    gone = market.histories["A"].bars["close"].to_numpy().copy()
    gone[DAY_ZERO - 20 :] = np.nan
    dates = market.histories["A"].dates
    assert reasons(with_history(market, "A", gone), "A") == (
        f"prices run from {dates[0]} to {dates[DAY_ZERO - 21]}, and day 0 is {dates[DAY_ZERO]}"
    )


def test_a_benchmark_must_span_the_windows_too() -> None:
    market = market_of(drawn())
    gone = market.histories["C"].bars["close"].to_numpy().copy()
    gone[DAY_ZERO + 4 :] = np.nan
    market = with_history(market, "C", gone)
    listed = {**market.instruments, "A": dataclasses.replace(market.instrument("A"), benchmark="C")}
    assert reasons(dataclasses.replace(market, instruments=listed), "A") == (
        "its benchmark C: event window [-10, +10] needs 10 sessions after day 0; 3 are available; "
        "[-10, +3] would fit"
    )


def test_an_estimation_window_after_the_event_needs_sessions_there() -> None:
    with pytest.raises(
        DesignError, match=r"estimation window \[\+11, \+30\] needs 30 sessions after day 0; 20 are"
    ):
        study(market_of(drawn()), estimation_window=Window(11, 30))


@pytest.mark.parametrize("lost", [DAY_ZERO, DAY_ZERO - 1])
def test_a_firm_without_a_return_on_day_zero_is_left_out(lost: int) -> None:
    market = market_of(drawn())
    closes = market.histories["A"].bars["close"].to_numpy().copy()
    closes[lost] = np.nan
    assert "no return on day 0 (2020-05-20)" in reasons(with_history(market, "A", closes), "A")


def test_a_benchmark_without_a_return_on_day_zero_is_named() -> None:
    market = market_of(drawn())
    closes = market.histories["C"].bars["close"].to_numpy().copy()
    closes[DAY_ZERO] = np.nan
    with pytest.raises(DesignError, match=r"A: C: no return on day 0 \(2020-05-20\)"):
        study(with_history(market, "C", closes), "A", benchmark="C")


def test_a_firm_with_more_gaps_than_returns_is_left_out() -> None:
    market = market_of(drawn())
    closes = market.histories["A"].bars["close"].to_numpy().copy()
    closes[DAY_ZERO - 79 : DAY_ZERO - 40] = np.nan
    assert reasons(with_history(market, "A", closes), "A") == (
        "30 usable returns together with MKT in estimation window [-80, -11]; at least 35 are needed"
    )


def test_a_share_that_never_moves_is_left_out() -> None:
    assert reasons(with_history(market_of(drawn()), "A", flat()), "A") == (
        "its abnormal returns do not vary in the estimation window"
    )


def test_a_share_that_is_its_benchmark_in_all_but_name_is_left_out() -> None:
    returns = drawn()
    assert "do not vary" in reasons(market_of(returns | {"A": 2 * returns["MKT"]}), "A")


def test_a_constant_benchmark_explains_nothing() -> None:
    market = with_history(market_of(drawn()), "C", flat())
    with pytest.raises(DesignError, match=r"the returns of C do not vary independently"):
        study(market, "A", benchmark="C")


def test_a_benchmark_is_no_firm_of_its_own_study() -> None:
    assert reasons(market_of(drawn()), "MKT") == "is its own benchmark"


def test_a_share_without_bars_is_measured_through_its_stand_in() -> None:
    share = Instrument("D", "D", "XTST", "EUR", benchmark="MKT", stand_in="A")
    results = study(market_of(drawn(), instruments={"D": share}), "D", "B")
    assert results.symbols == ("A", "B")
    assert results.excluded == {"D": "no bars in this snapshot; measured through its stand-in A"}


def test_a_share_or_benchmark_without_bars_is_named() -> None:
    bare = {
        "D": Instrument("D", "D", "XTST", "EUR", benchmark="MKT"),
        "E": Instrument("E", "E", "XTST", "EUR"),
    }
    market = market_of(drawn(), instruments=bare)
    assert reasons(market, "D") == "no bars in this snapshot"
    with pytest.raises(DesignError, match="benchmark D has no bars in this snapshot; choose another"):
        study(market, "A", benchmark="D")


def test_a_history_without_a_bar_or_without_a_price_is_left_out() -> None:
    market = market_of(drawn())
    bars = market.histories["A"].bars
    empty = with_bars(market.histories["A"], bars.iloc[:0])
    silent = with_bars(market.histories["A"], bars * np.nan)
    for broken, reason in ((empty, "no bars in this snapshot"), (silent, "no return on day 0")):
        assert reason in reasons(
            dataclasses.replace(market, histories={**market.histories, "A": broken}), "A"
        )


def test_a_share_without_a_benchmark_asks_for_one() -> None:
    market = market_of(drawn())
    alone = {**market.instruments, "A": Instrument("A", "A", "XTST", "EUR")}
    market = dataclasses.replace(market, instruments=alone)
    assert reasons(market, "A").startswith("has no default benchmark; name one, or a model that needs none")
    constant, known = (
        study(market, "A", model="constant_mean"),
        study(market_of(drawn()), "A", model="constant_mean"),
    )
    assert constant.abnormal_returns.equals(known.abnormal_returns)


@pytest.mark.parametrize("length", [1, 2, 4])
def test_an_estimation_window_shorter_than_the_parameters_is_refused(length: int) -> None:
    with pytest.raises(DesignError, match=rf"A: {length} usable returns for 2 parameters"):
        study(market_of(drawn()), "A", estimation_window=Window(-11 - length + 1, -11))


def test_one_day_of_a_thousand_per_cent_is_just_a_number() -> None:
    returns = drawn()
    returns["A"][DAY_ZERO - 1] = 10.0
    assert study(market_of(returns)).abnormal_returns.loc[0, "A"] == pytest.approx(10.0, abs=0.05)


# ------------------------------------------------------------------------------------ reactions


def busy(**columns: npt.NDArray[np.float64]) -> Market:
    """A market whose share A has a volume, a high and a low of its own."""
    market = market_of(drawn())
    bars = market.histories["A"].bars
    own = history("A", bars.index, bars["close"], **columns)
    return dataclasses.replace(market, histories={**market.histories, "A": own})


def test_abnormal_volume_is_the_logarithm_against_its_mean() -> None:
    volume = np.random.default_rng(3).lognormal(10, 0.3, SIZE + 1)
    volume[DAY_ZERO - 40] = 0.0
    results = study(busy(volume=volume), "A", model="constant_mean", reaction="volume")
    past = np.log(np.delete(volume[DAY_ZERO - 80 : DAY_ZERO - 10], 40))
    assert results.parameters.loc["A", "nobs"] == 69
    assert results.abnormal_returns.loc[0, "A"] == pytest.approx(np.log(volume[DAY_ZERO]) - past.mean())
    assert results.standard_errors.loc[0, "A"] == pytest.approx(past.std(ddof=1) * np.sqrt(1 + 1 / 69))


def test_abnormal_range_is_the_volatility_of_high_and_low_against_its_mean() -> None:
    width = np.random.default_rng(3).uniform(0.01, 0.03, SIZE + 1)
    results = study(
        busy(high=np.exp(width), low=np.ones(SIZE + 1)), "A", model="constant_mean", reaction="range"
    )
    volatility = width / (2 * np.sqrt(np.log(2)))
    expected = volatility[DAY_ZERO] - volatility[DAY_ZERO - 80 : DAY_ZERO - 10].mean()
    assert results.abnormal_returns.loc[0, "A"] == pytest.approx(expected)


def test_a_day_without_volume_or_range_has_no_reaction() -> None:
    volume = np.full(SIZE + 1, 5.0)
    volume[DAY_ZERO] = 0.0
    for reaction, why in (("volume", "no volume was recorded"), ("range", "no high and low were recorded")):
        with pytest.raises(DesignError, match=rf"A: no {reaction} on day 0 \(2020-05-20\): {why}"):
            study(busy(volume=volume), "A", model="constant_mean", reaction=reaction)


def test_volume_goes_with_its_own_mean() -> None:
    with pytest.raises(DesignError, match="the volume is measured against its own mean: choose the model"):
        design(reaction="volume")
    with pytest.raises(UnknownNameError, match="unknown reaction 'volum'"):
        design(reaction="volum")


# ------------------------------------------------------------------------------------ designs


def design(**choices: object) -> StudyDesign:
    return StudyDesign(Event("e", "E", session=dt.date(2025, 1, 27)), **{"symbols": ("A",)} | choices)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"symbols": ()}, "at least one symbol"),
        ({"symbols": ("A", "B", "A")}, "symbol A is named twice"),
        ({"event_window": Window(1, 5)}, r"event window \[\+1, \+5\] must contain day 0"),
        (
            {"estimation_window": Window(-260, -10)},
            r"\[-260, -10\] overlaps event window \[-10, \+10\]; end it at -11",
        ),
    ],
)
def test_a_design_that_cannot_be_computed_is_refused(choices: dict[str, object], message: str) -> None:
    with pytest.raises(DesignError, match=message):
        design(**choices)


def test_an_unknown_model_or_symbol_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'market_model'"):
        design(model="market_modle")
    with pytest.raises(UnknownNameError, match="unknown symbol 'Z'"):
        study(market_of(drawn()), "Z")
    with pytest.raises(UnknownNameError, match="unknown symbol 'Z'"):
        study(market_of(drawn()), "A", benchmark="Z")


def test_designs_that_say_the_same_are_the_same_key() -> None:
    assert hash(design()) == hash(design())
    assert design() == design()
    assert design() != design(model="constant_mean")


def test_car_windows_are_those_that_fit_and_the_whole() -> None:
    windows = design(event_window=Window(-2, 3)).car_windows
    assert windows == (Window(0, 0), Window(0, 1), Window(-1, 1), Window(-2, 3))


def test_a_window_outside_the_event_window_is_refused() -> None:
    results = study(market_of(drawn()))
    with pytest.raises(DesignError, match=r"window \[0, \+11\] is not inside the event window \[-10, \+10\]"):
        results.car(Window(0, 11))


def test_firms_left_out_for_one_reason_are_named_together() -> None:
    market = market_of(drawn())
    event = Event("closed", "a closed day", session=dt.date(1990, 1, 1))
    with pytest.raises(
        DesignError, match=r"nothing to study\. A, B: 1990-01-01 is outside the data"
    ) as caught:
        event_study(StudyDesign(event, ("A", "B")), market)
    assert str(caught.value).count("outside the data") == 1
