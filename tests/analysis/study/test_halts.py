"""Firms that were halted at the event: what their windows hold, and what their price did after."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.market.errors import DesignError
from analysis.market.events import Window
from analysis.market.prices import Market
from analysis.study.halts import halted as moves_of
from analysis.study.study import StudyDesign, StudyResults, event_study
from tests.analysis.markets import market_of, session_event, with_bars

SIZE, DAY_ZERO = 300, 250
ESTIMATION, EVENT = Window(-120, -11), Window(-2, 5)
FALL = -0.3


def halted(*days: int, firms: int = 2) -> Market:
    """Firms of which F0 has no bars on some days of event time, and falls on the first after them."""
    random = np.random.default_rng(5)
    index = random.normal(0, 0.01, SIZE)
    returns = {f"F{k}": 0.001 + 1.2 * index + random.normal(0, 0.01, SIZE) for k in range(firms)}
    for day in days:
        returns["F0"][DAY_ZERO + day - 1] = np.nan
    if days and DAY_ZERO + max(days) < SIZE:
        returns["F0"][DAY_ZERO + max(days)] = FALL
    return market_of({"MKT": index} | returns)


def studied(market: Market, *firms: str, event: Window = EVENT, **choices: str) -> StudyResults:
    chosen = StudyDesign(
        session_event(market, DAY_ZERO),
        firms or ("F0", "F1"),
        event_window=event,
        estimation_window=ESTIMATION,
        **choices,  # type: ignore[arg-type]
    )
    return event_study(chosen, market)


@pytest.mark.parametrize(("gaps", "held"), [("missing", [1, 1, 5, 6]), ("trade-to-trade", [1, 1, 7, 8])])
def test_a_window_says_how_many_of_its_sessions_it_holds(gaps: str, held: list[int]) -> None:
    results = studied(halted(1), gaps=gaps)
    windows = Window(0, 0), Window(0, 1), Window(-1, 5), EVENT
    short = results.symbols.index("F0")
    assert [int(results.held(window)[short]) for window in windows] == held
    assert [int(results.held(window)[1 - short]) for window in windows] == [1, 2, 7, 8]


def test_a_return_that_began_before_a_window_holds_the_sessions_inside_it() -> None:
    results = studied(halted(1, 2), gaps="trade-to-trade")
    assert results.held(Window(3, 5)).tolist() == [3, 3]
    assert results.held(Window(2, 3)).tolist() == [2, 2]


@pytest.mark.parametrize("gaps", ["missing", "trade-to-trade"])
@pytest.mark.parametrize(("days", "event_time", "sessions"), [((1,), 1, 2), ((0,), 0, 2), ((0, 1, 2), 0, 4)])
def test_the_move_over_the_reopening_is_that_of_a_regression(
    gaps: str, days: tuple[int, ...], event_time: int, sessions: int
) -> None:
    market = halted(*days)
    (move,) = studied(market, gaps=gaps).reopenings
    dates = market.sessions["XTST"].dates
    closes = {s: market.histories[s].bars["adj_close"] for s in ("F0", "MKT")}
    returns = {s: prices.pct_change().iloc[1:] for s, prices in closes.items()}
    days_before = dates[DAY_ZERO + ESTIMATION.start : DAY_ZERO + ESTIMATION.end + 1]
    y, x = (returns[s].loc[days_before].to_numpy() for s in ("F0", "MKT"))
    fit = sm.OLS(y, sm.add_constant(x)).fit()
    since, until = dates[DAY_ZERO + min(days) - 1], dates[DAY_ZERO + max(days) + 1]
    observed, index = (closes[s][until] / closes[s][since] - 1 for s in ("F0", "MKT"))
    row = np.array([sessions, index])
    error = np.sqrt(fit.scale * sessions + row @ fit.cov_params() @ row)
    assert (move.since, move.until, move.missing) == (since, until, dates[DAY_ZERO + event_time])
    assert (move.event_time, move.sessions) == (event_time, sessions)
    assert move.observed == pytest.approx(observed)
    assert move.abnormal == pytest.approx(observed - row @ fit.params)
    assert move.statistic == pytest.approx(move.abnormal / error)
    assert move.text.startswith(f"no bar on day {'+1' if event_time else '0'} ({move.missing}); from {since}")


def test_a_firm_without_a_bar_on_day_zero_is_left_out_and_its_reopening_is_said() -> None:
    results = studied(halted(0))
    assert results.symbols == ("F1",)
    assert [move.label for move in results.reopenings] == ["F0"]


def test_where_no_firm_is_left_the_message_has_the_reopening() -> None:
    with pytest.raises(DesignError, match=r"no return on day 0 .* its abnormal return was -\d\d\.\d\d %"):
        studied(halted(0), "F0")


@pytest.mark.parametrize("days", [(), (-1,), (2,)])
def test_other_missing_days_are_no_halt_at_the_event(days: tuple[int, ...]) -> None:
    assert studied(halted(*days)).reopenings == ()


def test_a_firm_that_never_trades_again_has_no_reopening() -> None:
    never = halted(*range(1, SIZE - DAY_ZERO + 1))
    assert studied(never, event=Window(-2, 0)).reopenings == ()


def test_a_bar_on_a_day_that_is_no_session_is_no_reopening() -> None:
    market = halted(*range(1, SIZE - DAY_ZERO + 1))
    days, known = market.sessions["XTST"].dates, market.histories["F0"]
    free = next(day for day in days[DAY_ZERO + 3] + np.arange(7) if day not in days)
    late = known.bars.iloc[[-1]].set_axis(pd.DatetimeIndex([free.astype("datetime64[s]")], name="session"))
    stray = with_bars(known, pd.concat([known.bars.dropna(), late]))
    market = dataclasses.replace(market, histories={**market.histories, "F0": stray})
    results = studied(market, event=Window(-2, 1))
    assert results.symbols == ("F0", "F1")
    assert moves_of(results.design, results.panel).tolist() == []


def test_a_study_that_ends_on_day_zero_speaks_of_day_zero_alone() -> None:
    assert studied(halted(1), event=Window(-2, 0)).reopenings == ()
    assert studied(halted(-1), event=Window(-2, 0)).reopenings == ()
    assert [m.label for m in studied(halted(0), event=Window(-2, 0)).reopenings] == ["F0"]


def test_a_model_of_single_sessions_gives_way_to_the_market_model() -> None:
    (by_model,), (by_dimson,) = (
        studied(halted(1), model=model).reopenings for model in ("market_model", "dimson")
    )
    assert by_dimson == by_model
    (by_mean,) = studied(halted(1), model="constant_mean").reopenings
    assert by_mean.model == "constant_mean"
    assert by_mean.abnormal != by_model.abnormal


def test_without_enough_returns_before_the_raw_move_is_said() -> None:
    market = halted(0)
    days = market.sessions["XTST"].dates
    known = market.histories["F0"]
    gone = np.isin(known.dates, days[DAY_ZERO - 120 : DAY_ZERO - 50 : 2])
    thin = dataclasses.replace(
        market, histories={**market.histories, "F0": with_bars(known, known.bars[~gone])}
    )
    (move,) = studied(thin).reopenings
    assert np.isnan(move.abnormal)
    assert move.text.endswith(f"its return was {100 * move.observed:+.2f} %")


def test_other_reactions_speak_of_no_reopening() -> None:
    results = studied(halted(1))
    assert moves_of(results.design, results.panel).tolist() == [0]
    volume = dataclasses.replace(results.design, model="constant_mean", reaction="volume")
    assert moves_of(volume, results.panel).tolist() == []
