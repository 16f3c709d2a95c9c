"""What cannot be studied is left out, and says why."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import numpy.typing as npt
import pytest

from analysis.market.errors import DesignError
from analysis.market.events import Event, Window
from analysis.market.prices import Instrument, Market
from analysis.study.study import StudyDesign, event_study
from tests.analysis.markets import market_of, with_bars
from tests.analysis.study.small import DAY_ZERO, SIZE, drawn, study, with_history


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
    assert results.excluded == {"D": "no prices; measured through its stand-in A"}


def test_a_share_or_benchmark_without_bars_is_named() -> None:
    bare = {
        "D": Instrument("D", "D", "XTST", "EUR", benchmark="MKT"),
        "E": Instrument("E", "E", "XTST", "EUR"),
    }
    market = market_of(drawn(), instruments=bare)
    assert reasons(market, "D") == "no prices"
    with pytest.raises(DesignError, match="no prices of the benchmark D; choose another"):
        study(market, "A", benchmark="D")


def test_a_history_without_a_bar_or_without_a_price_is_left_out() -> None:
    market = market_of(drawn())
    bars = market.histories["A"].bars
    empty = with_bars(market.histories["A"], bars.iloc[:0])
    silent = with_bars(market.histories["A"], bars * np.nan)
    for broken, reason in ((empty, "no prices"), (silent, "no return on day 0")):
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


def test_firms_left_out_for_one_reason_are_named_together() -> None:
    market = market_of(drawn())
    event = Event("closed", "a closed day", session=dt.date(1990, 1, 1))
    with pytest.raises(
        DesignError, match=r"nothing to study\. A, B: 1990-01-01 is outside the data"
    ) as caught:
        event_study(StudyDesign(event, ("A", "B")), market)
    assert str(caught.value).count("outside the data") == 1
