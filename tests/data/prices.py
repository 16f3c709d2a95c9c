"""Made-up prices: a small bundled market, and series to be written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.market.bars import BAR_COLUMNS
from analysis.market.errors import DataError
from analysis.market.events import Sessions
from analysis.market.prices import Instrument, Market, PriceHistory, Provenance
from data.quality.checks import Finding
from data.refresh.renewal import Archive, Feed
from data.store.snapshots import Contents, Series
from data.store.store import Store
from data.yahoo import Fetched

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
    histories = {
        symbol: PriceHistory.of(symbol, bars(level), "bundled prices", retrieved) for symbol in known
    }
    dates = bars().index.to_numpy().astype("datetime64[D]")
    provenance = Provenance(snapshot, "bundled prices", retrieved, dates[-1].item())
    return Market(known, histories, {"XNYS": Sessions("XNYS", dates)}, provenance)


def daily(symbol: str, frame: pd.DataFrame) -> Series:
    return Series("daily", symbol, frame, "Yahoo Finance", dt.date(2025, 2, 3), "USD", "America/New_York")


def contents(*series: Series, complete: bool = True, created: dt.datetime = NOW) -> Contents:
    return Contents(series, "refresh", "yfinance 1.7.0", complete, created)


def fetched(symbol: str, frame: pd.DataFrame) -> Fetched:
    nothing = pd.Series([], pd.DatetimeIndex([]), dtype=float)
    retrieved = dt.datetime(2025, 2, 3, 22, 30, tzinfo=dt.timezone.utc)
    return Fetched(symbol, frame, nothing, nothing, "USD", "America/New_York", "yfinance 1.7.0", retrieved)


def feed(answers: Mapping[str, pd.DataFrame | DataError], *findings: Finding) -> Feed:
    """A feed that gives each symbol its bars or its error; whoever is not named fails."""

    def daily(symbol: str, start: dt.date) -> Fetched:
        answer = answers.get(symbol, DataError(f"{symbol}: no answer"))
        if isinstance(answer, DataError):
            raise answer
        return fetched(symbol, answer)

    def examine(
        instrument: Instrument, fetched: Fetched, archive: Archive, now: dt.datetime
    ) -> tuple[pd.DataFrame, Sequence[Finding]]:
        return fetched.bars, [finding for finding in findings if finding.symbol == instrument.symbol]

    return Feed(daily, no_hours, examine)


def no_hours(symbol: str, start: dt.date, end: dt.date) -> pd.DataFrame:
    raise DataError(f"{symbol}: no hourly bars")


def level(store: Store, symbol: str, snapshot: str | None = None) -> float:
    """The close that a store shows for a symbol."""
    return float(store.market(instruments(symbol), snapshot).histories[symbol].bars["close"].iloc[0])
