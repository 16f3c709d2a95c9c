"""Made-up prices: a small bundled market, and series to be written."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from analysis.event import Sessions
from analysis.market import BAR_COLUMNS, Instrument, Market, PriceHistory, Provenance
from data.snapshots import Contents, Series

SYMBOLS = ("AAA", "BBB", "CCC")
START, SESSIONS = "2025-01-02", 20
NOW = dt.datetime(2025, 2, 3, 22, 30, tzinfo=dt.timezone.utc)


def instruments(*symbols: str) -> dict[str, Instrument]:
    return {symbol: Instrument(symbol, symbol.title(), "XNYS", "USD") for symbol in symbols or SYMBOLS}


def bars(level: float = 100.0, sessions: int = SESSIONS, start: str = START) -> pd.DataFrame:
    """Bars on weekdays, all at one level but for the volume."""
    index = pd.bdate_range(start, periods=sessions).as_unit("s")
    frame = pd.DataFrame({column: np.full(sessions, level) for column in BAR_COLUMNS}, index=index)
    return frame.assign(volume=1000.0 + np.arange(sessions))


def market(*symbols: str, snapshot: str = "bundled", level: float = 100.0) -> Market:
    known = instruments(*symbols)
    retrieved = dt.date(2025, 1, 30)
    histories = {symbol: PriceHistory(symbol, bars(level), "bundled prices", retrieved) for symbol in known}
    dates = bars().index.to_numpy().astype("datetime64[D]")
    provenance = Provenance(snapshot, "bundled prices", retrieved, dates[-1].item())
    return Market(known, histories, {"XNYS": Sessions("XNYS", dates)}, provenance)


def daily(symbol: str, frame: pd.DataFrame) -> Series:
    return Series("daily", symbol, frame, "Yahoo Finance", dt.date(2025, 2, 3), "USD", "America/New_York")


def contents(*series: Series, complete: bool = True, created: dt.datetime = NOW) -> Contents:
    return Contents(series, "refresh", "Yahoo Finance", "yfinance 1.7.0", complete, created)
