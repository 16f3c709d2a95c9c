"""Too little history shortens the estimation window of a single study, for all its firms alike."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from analysis.market.errors import DesignError
from analysis.market.events import Window
from analysis.market.prices import Market
from analysis.study.study import StudyDesign, StudyResults, event_study
from tests.analysis.markets import history, market_of, session_event

SIZE, DAY_ZERO = 320, 300


def market(**first: int) -> Market:
    """Three firms on one benchmark; those named have bars from some sessions before day 0 on."""
    rng = np.random.default_rng(3)
    whole = market_of({name: rng.normal(0, 0.01, SIZE) for name in ("MKT", "A", "B", "C")})
    histories = dict(whole.histories)
    for symbol, sessions in first.items():
        closes = whole.histories[symbol].bars["close"].to_numpy().copy()
        closes[: DAY_ZERO - sessions] = np.nan
        histories[symbol] = history(symbol, whole.histories[symbol].dates, closes)
    return dataclasses.replace(whole, histories=histories)


def study(prices: Market, *symbols: str, shorten: bool = True, model: str = "market_model") -> StudyResults:
    event = session_event(prices, DAY_ZERO)
    return event_study(StudyDesign(event, symbols or ("A", "B"), model=model, shorten=shorten), prices)


def test_all_firms_get_the_longest_window_that_they_share() -> None:
    results = study(market(A=150, B=200))
    assert results.design.estimation_window == Window(-150, -11)
    assert results.symbols == ("A", "B")
    assert results.shortening == (
        "The estimation window is [-150, -11] for all firms, not [-260, -11]: "
        "A has 150 sessions before day 0."
    )


def test_the_answer_is_that_of_the_shorter_window_when_it_is_asked_for() -> None:
    prices = market(A=150)
    event = session_event(prices, DAY_ZERO)
    asked = event_study(StudyDesign(event, ("A", "B"), estimation_window=Window(-150, -11)), prices)
    assert study(prices).abnormal_returns.equals(asked.abnormal_returns)
    assert asked.shortening == ""


def test_enough_history_shortens_nothing() -> None:
    results = study(market())
    assert (results.design.estimation_window, results.shortening) == (Window(-260, -11), "")


@pytest.mark.parametrize(("sessions", "window"), [(130, Window(-130, -11)), (129, Window(-260, -11))])
def test_a_firm_with_too_little_is_left_out_and_shortens_nobodys(sessions: int, window: Window) -> None:
    results = study(market(A=sessions))
    assert results.design.estimation_window == window
    assert ("A" in results.excluded) is (sessions < 130)


def test_a_short_benchmark_counts_where_the_model_reads_it() -> None:
    assert study(market(MKT=140)).design.estimation_window == Window(-140, -11)
    assert study(market(MKT=140), model="constant_mean").design.estimation_window == Window(-260, -11)


def test_unless_it_is_asked_for_nothing_is_shortened_and_the_refusal_says_what_fits() -> None:
    with pytest.raises(DesignError, match=r"150 are available; \[-150, -11\] would fit"):
        study(market(A=150), "A", shorten=False)
