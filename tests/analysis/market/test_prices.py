from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.market.errors import DataError, UnknownNameError
from analysis.market.prices import Instrument, PriceHistory, simple_returns
from tests.analysis.markets import TODAY, business_days, history, market_of

MARKET = market_of({"MKT": [0.01, -0.02, 0.03], "A": [0.1, 0.2, -0.1]})
DATES = MARKET.sessions["XTST"].dates


def test_simple_returns_divide_by_the_price_before() -> None:
    assert simple_returns(np.array([[100.0], [110.0], [99.0]]))[1:, 0] == pytest.approx([0.1, -0.1])


def test_a_missing_price_gives_two_missing_returns() -> None:
    returns = simple_returns(np.array([[1.0], [2.0], [np.nan], [3.0], [6.0]]))
    assert np.isnan(returns[:, 0]).tolist() == [True, False, True, True, False]


@pytest.mark.parametrize("wrong", [0.0, -5.0])
def test_a_price_that_is_no_price_gives_missing_returns(wrong: float) -> None:
    returns = simple_returns(np.array([[1.0], [2.0], [wrong], [3.0], [6.0]]))
    assert np.isnan(returns[:, 0]).tolist() == [True, False, True, True, False]


def test_returns_come_back_from_adjusted_prices() -> None:
    assert MARKET.returns(["A", "MKT"])[1:] == pytest.approx(
        np.array([[0.1, 0.2, -0.1], [0.01, -0.02, 0.03]]).T
    )


def test_prices_keep_the_sessions_without_a_bar_empty() -> None:
    shorter = history("A", DATES[[0, 2]], [5.0, 7.0])
    market = market_of({"MKT": [0.0, 0.0, 0.0], "A": [0.0, 0.0, 0.0]})
    prices = type(market)(market.instruments, {"A": shorter}, market.sessions, market.provenance).prices(
        ["A"], DATES
    )
    assert np.array_equal(prices[:, 0], [5.0, np.nan, 7.0, np.nan], equal_nan=True)


def test_a_bar_outside_the_sessions_is_no_price() -> None:
    assert np.isnan(MARKET.prices(["A"], business_days(2, "2030-01-01"))).all()


def test_an_unknown_symbol_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown symbol 'MKTT'\. Did you mean 'MKT'"):
        MARKET.instrument("MKTT")


def test_a_stand_in_is_shown_while_the_share_has_no_bars() -> None:
    share = Instrument("B", "B", "XTST", "EUR", stand_in="A")
    market = market_of(
        {"MKT": [0.0], "A": [0.1]}, instruments={"B": share, "C": Instrument("C", "C", "XTST", "EUR")}
    )
    assert [market.traded(symbol) for symbol in "ABC"] == ["A", "A", "C"]


def test_an_exchange_without_sessions_is_named() -> None:
    market = market_of({"MKT": [0.0]}, instruments={"B": Instrument("B", "B", "XLON", "GBP")})
    with pytest.raises(DataError, match="B: no sessions for exchange XLON"):
        market.sessions_for("B")


def test_an_instrument_without_a_calendar_follows_the_one_it_names() -> None:
    assert Instrument("I", "Index", "STOXX", "EUR", calendar="XPAR").sessions_of == "XPAR"


@pytest.mark.parametrize("dates", [["2020-01-02", "2020-01-01"], ["2020-01-01", "2020-01-01"], [1, 2]])
def test_bars_are_indexed_by_increasing_dates(dates: list[str]) -> None:
    bars = MARKET.histories["A"].bars.iloc[:2]
    index = pd.DatetimeIndex(dates) if isinstance(dates[0], str) else pd.Index(dates)
    with pytest.raises(DataError, match="A: bars must be indexed by strictly increasing dates"):
        PriceHistory.of("A", bars.set_axis(index), "made up", TODAY)


def test_bars_have_every_column() -> None:
    with pytest.raises(DataError, match="A: no column volume; needed: open"):
        PriceHistory.of("A", MARKET.histories["A"].bars.drop(columns="volume"), "made up", TODAY)


def test_provenance_reads_as_a_source_line() -> None:
    assert str(MARKET.provenance) == "Source: made up, snapshot made up, prices to 1 Jan 2025"
