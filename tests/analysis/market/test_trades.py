"""Returns from one bar to the next, and what the benchmark did over the same gap."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.market.events import Window
from analysis.market.observations import Observation
from analysis.market.panels import event_panel
from analysis.market.trades import next_bars, over_gaps, returns_between_trades
from tests.analysis.markets import market_of

NAN = np.nan
PRICES = np.array([[NAN, 100.0, 110.0, NAN, NAN, 55.0, 0.0, 66.0]])


def test_a_return_runs_from_bar_to_bar_and_stands_at_its_end() -> None:
    returns, gaps = returns_between_trades(PRICES)
    assert returns[0] == pytest.approx([NAN, NAN, 0.1, NAN, NAN, -0.5, NAN, 0.2], nan_ok=True)
    assert gaps[0] == pytest.approx([NAN, NAN, 1, NAN, NAN, 3, NAN, 2], nan_ok=True)


def test_the_next_bar_is_the_session_itself_or_the_first_after_it() -> None:
    assert next_bars(PRICES)[0].tolist() == [1, 1, 2, 5, 5, 5, 7, 7]
    assert next_bars(np.array([[1.0, NAN]]))[0].tolist() == [0, 2]


def test_the_benchmark_is_measured_over_the_same_sessions() -> None:
    index = np.array([[10.0, 11.0, NAN, 12.0, 18.0]])
    ends, gaps = np.array([[3, 3, 4, 4]]), np.array([[2.0, 1.0, 1.0, NAN]])
    found = over_gaps(index, np.array([0]), ends, gaps)
    assert found[0] == pytest.approx([12 / 11 - 1, NAN, 0.5, NAN], nan_ok=True)


def test_a_panel_between_trades_equals_that_of_sessions_where_nothing_is_missing() -> None:
    returns = np.random.default_rng(1).normal(0, 0.01, (2, 60))
    market = market_of({"MKT": returns[0], "F": returns[1]})
    seen = [Observation("F", "F", "MKT", 40)]
    plain = event_panel(market, seen, Window(-20, 10))
    between = event_panel(market, seen, Window(-20, 10), gaps="trade-to-trade")
    assert (between.returns == plain.returns).all()
    assert (between.benchmark() == plain.benchmark()).all()
    assert (between.constant == 1).all()


def test_a_panel_between_trades_spans_a_session_without_a_bar() -> None:
    firm, index = np.full(30, 0.01), np.full(30, 0.02)
    firm[19] = NAN  # the session of position 20
    panel = event_panel(
        market_of({"MKT": index, "F": firm}),
        [Observation("F", "F", "MKT", 20)],
        Window(-1, 1),
        gaps="trade-to-trade",
    )
    assert panel.returns[:, 0] == pytest.approx([0.01, NAN, 0.01], nan_ok=True)
    assert panel.benchmark()[:, 0] == pytest.approx([0.02, NAN, 1.02**2 - 1], nan_ok=True)
    assert panel.constant[:, 0] == pytest.approx([1, NAN, 2], nan_ok=True)
