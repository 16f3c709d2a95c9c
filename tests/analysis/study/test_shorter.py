"""Too few bars shorten the windows of a single study, for all its firms alike."""

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


def until(after: int, **fewer: int) -> Market:
    """The firms' bars to some sessions after day 0; those named have bars to others."""
    whole = market()
    cut = {}
    for symbol, one in whole.histories.items():
        closes = one.bars["close"].to_numpy().copy()
        closes[DAY_ZERO + fewer.get(symbol, after) + 1 :] = np.nan
        cut[symbol] = history(symbol, one.dates, closes)
    return dataclasses.replace(whole, histories=cut)


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (5, "Only 5 sessions after day 0 so far: windows end at +5."),
        (1, "Only 1 session after day 0 so far: windows end at +1."),
        (0, "No session after day 0 so far: windows end on day 0."),
    ],
)
def test_the_usual_event_window_ends_with_the_bars(after: int, said: str) -> None:
    results = study(until(after))
    assert results.design.event_window == Window(-10, after)
    assert results.shortening == said
    assert all(window.end <= after for window in results.design.car_windows)


def test_the_event_window_grows_with_the_bars() -> None:
    results = study(until(10))
    assert (results.design.event_window, results.shortening) == (Window(-10, 10), "")


def test_day_0_is_the_same_however_many_sessions_follow() -> None:
    early, late = study(until(0)), study(until(10))
    assert early.car(Window(0, 0)).equals(late.car(Window(0, 0)))


def test_the_firm_with_the_fewest_sessions_ends_the_windows_of_all_and_is_named() -> None:
    results = study(until(10, A=2))
    assert results.design.event_window == Window(-10, 2)
    assert results.shortening == "Windows of all firms end at +2: A has 2 sessions after day 0."


def test_a_firm_whose_bars_end_before_day_0_is_left_out_and_ends_nobodys_window() -> None:
    results = study(until(10, A=-1))
    assert (results.design.event_window, set(results.excluded)) == (Window(-10, 10), {"A"})


def test_a_benchmark_that_ends_early_counts_where_the_model_reads_it() -> None:
    assert study(until(10, MKT=3)).design.event_window == Window(-10, 3)
    assert study(until(10, MKT=3), model="constant_mean").design.event_window == Window(-10, 10)


@pytest.mark.parametrize(("window", "shorten"), [(Window(-5, 5), True), (Window(-10, 10), False)])
def test_an_event_window_that_was_chosen_or_is_a_lists_is_refused_with_what_fits(
    window: Window, shorten: bool
) -> None:
    prices = until(1)
    asked = StudyDesign(session_event(prices, DAY_ZERO), ("A",), event_window=window, shorten=shorten)
    with pytest.raises(DesignError, match=rf"1 are available; \[{window.start}, \+1\] would fit"):
        event_study(asked, prices)
