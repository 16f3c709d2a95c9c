"""What the real yfinance brings from a stand-in for Yahoo."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.market.bars import BAR_COLUMNS
from data.bundled.bundle import bundled_market
from data.bundled.calendars import sessions
from data.catalogue.dossiers import dossier
from data.quality.checks import check_bars
from data.yahoo import FetchPolicy, fetch_daily, fetch_hourly, hourly_days_left
from tests.data.yahoo.asked import END, MONDAY, START, failure, served
from tests.standin import StandIn, listing_of, made_up_listing


@pytest.mark.parametrize(
    ("symbol", "currency", "timezone"),
    [
        ("NVDA", "USD", "America/New_York"),
        ("SAP.DE", "EUR", "Europe/Berlin"),
        ("6857.T", "JPY", "Asia/Tokyo"),
    ],
)
def test_bars_come_as_served_on_the_exchanges_own_dates(
    yahoo: StandIn, policy: FetchPolicy, symbol: str, currency: str, timezone: str
) -> None:
    fetched = fetch_daily(symbol, START, END, policy=policy)
    expected = served(yahoo, symbol)
    assert tuple(fetched.bars.columns) == BAR_COLUMNS
    assert fetched.bars.index.tz is None
    assert list(fetched.bars.index) == list(expected.index)
    np.testing.assert_allclose(fetched.bars, expected[list(BAR_COLUMNS)], rtol=1e-12)
    assert (fetched.currency, fetched.timezone) == (currency, timezone)
    assert fetched.library.startswith("yfinance 1.")
    assert fetched.retrieved.utcoffset() == dt.timedelta(0)


@pytest.mark.slow
def test_every_live_instrument_comes_back_as_it_was_served(yahoo: StandIn, policy: FetchPolicy) -> None:
    market = bundled_market(dossier("deepseek-2025-01-27").instruments)
    live = [i for i in market.instruments.values() if i.live and i.symbol in market.histories]
    yahoo.listings = {i.symbol: listing_of(i, market.histories[i.symbol].bars) for i in live}
    for instrument in live:
        expected = market.histories[instrument.symbol].bars
        fetched = fetch_daily(instrument.symbol, expected.index[0].date(), policy=policy)
        pd.testing.assert_frame_equal(
            fetched.bars[["close", "adj_close"]],
            expected[["close", "adj_close"]].astype(float),
            check_names=False,
            check_index_type=False,
        )
        assert fetched.currency == instrument.currency


def test_dividends_and_splits_come_with_their_days(yahoo: StandIn, policy: FetchPolicy) -> None:
    listing = made_up_listing("NVDA", dividends={"2025-02-05": 0.5})
    yahoo.listings["NVDA"] = replace(listing, splits=((MONDAY, 10, 1),))
    fetched = fetch_daily("NVDA", START, END, policy=policy)
    assert fetched.dividends.to_dict() == {pd.Timestamp("2025-02-05"): 0.5}
    assert fetched.splits.to_dict() == {pd.Timestamp(MONDAY): 10.0}
    grid = sessions("XNYS", START, END)
    assert check_bars("NVDA", fetched.bars, grid, dividends=fetched.dividends) == ()


def test_capital_gains_of_a_fund_go_off_its_price_like_dividends(yahoo: StandIn, policy: FetchPolicy) -> None:
    listing = made_up_listing("NVDA", dividends={"2025-02-05": 9.0})
    yahoo.listings["NVDA"] = replace(listing, dividends={}, gains=listing.dividends)
    fetched = fetch_daily("NVDA", START, END, policy=policy)
    assert fetched.dividends.to_dict() == {pd.Timestamp("2025-02-05"): 9.0}
    grid = sessions("XNYS", START, END)
    assert check_bars("NVDA", fetched.bars, grid, dividends=fetched.dividends) == ()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("zero_in_a_ratio", "a split of 2:0"),
        ("split_without_a_date", "a split without a date"),
        ("bar_without_a_date", "a bar without a date"),
    ],
)
def test_what_is_odd_about_an_answer_is_named(
    yahoo: StandIn, policy: FetchPolicy, fault: str, said: str
) -> None:
    yahoo.fail(fault)
    assert said in str(failure(lambda: fetch_daily("NVDA", START, END, policy=policy)))


def test_without_an_end_bars_come_up_to_now(yahoo: StandIn, policy: FetchPolicy) -> None:
    fetched = fetch_daily("NVDA", START, policy=policy)
    assert fetched.bars.index[-1] == yahoo.listings["NVDA"].bars.index[-1]


@pytest.mark.parametrize("symbol", ["NVDA", "6857.T"])
def test_hourly_bars_come_in_utc_with_the_hours_before_and_after(
    yahoo: StandIn, policy: FetchPolicy, symbol: str
) -> None:
    hourly = yahoo.listings[symbol].hourly
    assert hourly is not None
    zone = yahoo.listings[symbol].timezone
    bars = fetch_hourly(symbol, MONDAY, MONDAY + dt.timedelta(days=1), policy=policy)
    expected = hourly[hourly.index.tz_convert(zone).date == MONDAY]
    assert list(bars.index) == list(expected.index)
    assert str(bars.index.tz) == "UTC"
    np.testing.assert_allclose(bars, expected, rtol=1e-12)


def test_hourly_bars_older_than_730_days_are_refused_in_words(yahoo: StandIn, policy: FetchPolicy) -> None:
    error = failure(lambda: fetch_hourly("NVDA", dt.date(2022, 1, 3), dt.date(2022, 1, 4), policy=policy))
    assert error.cause == "refused"
    assert "within the last 730 days" in str(error)


def test_hourly_bars_are_asked_for_once(yahoo: StandIn, policy: FetchPolicy, waits: list[float]) -> None:
    yahoo.fail("empty_result", routes=("hourly",))
    error = failure(lambda: fetch_hourly("NVDA", MONDAY, MONDAY + dt.timedelta(days=1), policy=policy))
    assert (error.cause, yahoo.count("hourly"), waits) == ("empty", 1, [])


def test_the_days_left_for_hourly_bars_run_out() -> None:
    assert hourly_days_left(MONDAY, dt.date(2026, 11, 21)) == 67
    assert hourly_days_left(MONDAY, dt.date(2027, 1, 27)) == 0
    assert hourly_days_left(MONDAY, dt.date(2030, 1, 1)) == 0
