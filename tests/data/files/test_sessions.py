"""A session without a bar gives two missing returns, whatever the layout; a closed day is no session."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.market.events import Dates
from analysis.market.prices import PriceHistory
from data.bundled.calendars import bundled_calendars
from data.files.market import FileMarket, Reading, file_market
from data.files.prices import read_prices
from data.files.sessions import benchmark_sessions

WEEKDAYS = np.array(pd.bdate_range("2022-01-03", periods=300), dtype="datetime64[D]")
LOST = WEEKDAYS[150]


def exchange(mic: str, first: str = "2022-01-03", last: str = "2023-12-29") -> Dates:
    days = bundled_calendars()[mic]
    return days[(days >= np.datetime64(first)) & (days <= np.datetime64(last))]


def history(days: Dates, symbol: str = "MKT", without: Dates | None = None) -> PriceHistory:
    prices = 100.0 + np.arange(len(days))
    if without is not None:
        prices[np.isin(days, without)] = np.nan
    return PriceHistory(symbol, days, {"adj_close": prices}, "made up", dt.date(2024, 1, 2))


def wide(**days: Dates) -> pd.DataFrame:
    """A column per symbol, a blank where it has no price."""
    columns = {name: pd.Series(np.linspace(50, 60, len(own)), own) for name, own in days.items()}
    return pd.DataFrame(columns).rename_axis("date")


@pytest.fixture(params=["csv", "parquet", "xlsx"])
def write(request: pytest.FixtureRequest, tmp_path: Path):  # type: ignore[no-untyped-def]
    """A wide table as a file of each kind, and the market that it gives."""

    def written(table: pd.DataFrame, *benchmarks: str, wanted: set[str] | None = None) -> FileMarket:
        path = tmp_path / f"wide.{request.param}"
        rows = table.reset_index()
        if request.param == "csv":
            rows.to_csv(path, index=False)
        elif request.param == "parquet":
            rows.to_parquet(path, index=False)
        else:
            rows.to_excel(path, index=False)
        return file_market(read_prices(path, wanted), Reading(path, benchmarks))

    return written


def days(read: FileMarket, benchmark: str) -> Dates:
    return read.market.sessions[benchmark].dates


def test_a_blank_of_the_benchmark_in_a_wide_file_is_a_session_without_a_price(write) -> None:  # type: ignore[no-untyped-def]
    table = wide(MKT=np.delete(WEEKDAYS, 150), **{f"F{k}": WEEKDAYS for k in range(4)})
    for wanted in (None, {"MKT", "F0"}, {"MKT"}):
        read = write(table, "MKT", wanted=wanted)
        assert LOST in days(read, "MKT")
        returns = read.market.returns(["MKT"], "MKT")[:, 0]
        assert np.flatnonzero(np.isnan(returns)).tolist() == [0, 150, 151]


def test_a_row_on_which_others_alone_trade_is_no_session(write) -> None:  # type: ignore[no-untyped-def]
    paris, york = exchange("XPAR"), exchange("XNYS")
    table = wide(
        **{"^GSPC": york, "NVDA": york, "MC.PA": paris, "AI.PA": paris, "OR.PA": paris, "^FCHI": paris}
    )
    read = write(table, "^GSPC", "^FCHI")
    np.testing.assert_array_equal(days(read, "^GSPC"), york)
    np.testing.assert_array_equal(days(read, "^FCHI"), paris)


def test_where_no_calendar_fits_symbols_of_another_ending_open_no_exchange(write) -> None:  # type: ignore[no-untyped-def]
    closed = WEEKDAYS[[20, 90, 160, 230]]
    own = np.setdiff1d(WEEKDAYS, closed)
    table = wide(**{"IDX.NS": own, "A.NS": own}, **{f"F{k}": WEEKDAYS for k in range(5)})
    np.testing.assert_array_equal(days(write(table, "IDX.NS"), "IDX.NS"), own)


def test_the_calendar_of_a_benchmark_gives_back_rows_that_are_missing() -> None:
    for symbol, mic in (("^GSPC", "XNYS"), ("EXS1.DE", "XETR"), ("^FTSE", "XLON"), ("^N225", "XTKS")):
        known = exchange(mic)
        np.testing.assert_array_equal(benchmark_sessions(history(np.delete(known, [50, 300]), symbol)), known)


def test_a_row_without_a_price_on_a_closed_day_is_no_session() -> None:
    york = exchange("XNYS")
    holiday = np.array(["2022-07-04"], "datetime64[D]")
    found = benchmark_sessions(history(np.union1d(york, holiday), without=holiday))
    np.testing.assert_array_equal(found, york)


def test_dates_that_follow_no_calendar_are_taken_as_they_are() -> None:
    for own in (np.delete(WEEKDAYS, 150), exchange("XNYS")[::5], WEEKDAYS[:10], exchange("XNYS")[::2]):
        np.testing.assert_array_equal(benchmark_sessions(history(own)), own)


def test_dates_before_the_calendars_are_taken_as_they_are() -> None:
    before = np.array(pd.bdate_range("2013-01-01", "2014-11-28"), dtype="datetime64[D]")
    york = exchange("XNYS", "2014-12-01", "2016-12-30")
    own = np.concatenate([before, np.delete(york, 100)])
    np.testing.assert_array_equal(benchmark_sessions(history(own)), np.concatenate([before, york]))
