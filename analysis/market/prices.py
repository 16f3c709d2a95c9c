"""Instruments, their prices, and simple returns on each exchange's own sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.market.errors import DataError, UnknownNameError
from analysis.market.events import Dates, Sessions

Floats = npt.NDArray[np.float64]

BAR_COLUMNS = ("open", "high", "low", "close", "adj_close", "volume")


@dataclass(frozen=True, slots=True)
class Instrument:
    """A share, index, fund or future.

    `calendar` is the exchange whose sessions count when the instrument's own has no calendar
    (an index, an over-the-counter receipt); `stand_in` is the symbol shown while this one has
    no bars. `sector` groups instruments for display; `live` is False where the live source does
    not publish the instrument, so that a refresh does not ask for it. `contaminated` marks a
    benchmark that moved through the same news as the shares under study; `equal_members` is the
    number of members of an index that weighs them equally.
    """

    symbol: str
    name: str
    exchange: str
    currency: str
    group: str = "wider"
    benchmark: str | None = None
    stand_in: str | None = None
    calendar: str | None = None
    region: Literal["US", "Europe"] | None = None
    note: str = ""
    sector: str = ""
    live: bool = True
    contaminated: bool = False
    equal_members: int | None = None

    @property
    def sessions_of(self) -> str:
        """Market identifier code of the calendar that this instrument follows."""
        return self.calendar or self.exchange


def kind_of(symbol: str, sector: str) -> str:
    """What an instrument is, by the form of its symbol or by the sector that its file gives."""
    if symbol.startswith("^"):
        return "index"
    if symbol.endswith("=F"):
        return "future"
    return {"Index": "index", "Fund": "fund", "Future": "future"}.get(sector, "share")


@dataclass(frozen=True, eq=False, slots=True)
class PriceHistory:
    """Daily bars of one instrument.

    Parameters
    ----------
    bars : DataFrame
        Indexed by session (naive midnight, strictly increasing), columns `BAR_COLUMNS` in local
        currency: prices as traded, ``adj_close`` with dividends reinvested. Missing values are NaN.
    source : str
        Who published the bars.
    retrieved : date
        When they were fetched or compiled.
    """

    symbol: str
    bars: pd.DataFrame
    source: str
    retrieved: dt.date

    def __post_init__(self) -> None:
        index = self.bars.index
        if missing := [column for column in BAR_COLUMNS if column not in self.bars]:
            raise DataError(
                f"{self.symbol}: no column {', '.join(missing)}; needed: {', '.join(BAR_COLUMNS)}"
            )
        if (
            not isinstance(index, pd.DatetimeIndex)
            or not index.is_monotonic_increasing
            or index.has_duplicates
        ):
            raise DataError(f"{self.symbol}: bars must be indexed by strictly increasing dates")

    @property
    def dates(self) -> Dates:
        """Sessions with a bar, datetime64[D]."""
        return self.bars.index.to_numpy().astype("datetime64[D]")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a market's prices come from: shown under every chart and in every export."""

    snapshot: str
    source: str
    retrieved: dt.date
    as_of: dt.date

    def __str__(self) -> str:
        return (
            f"Source: {self.source}, snapshot {self.snapshot}, prices to {self.as_of.day} {self.as_of:%b %Y}"
        )


@dataclass(frozen=True, eq=False)
class Market:
    """Everything a study reads: instruments, bars, sessions, and factor returns.

    Parameters
    ----------
    histories : mapping of symbol to PriceHistory
    sessions : mapping of market identifier code to Sessions
    factors : mapping of region (``US``, ``Europe``) to DataFrame, optional
        Daily factor returns, decimal, indexed by date: mkt_rf, smb, hml, rmw, cma, rf.
    hourly : mapping of symbol to DataFrame, optional
        Hourly bars: open, high, low, close, indexed by the bar's opening time (UTC, aware).
    """

    instruments: Mapping[str, Instrument]
    histories: Mapping[str, PriceHistory]
    sessions: Mapping[str, Sessions]
    provenance: Provenance
    factors: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    hourly: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    _returns: dict[str, Floats] = field(default_factory=dict, init=False, repr=False)

    def instrument(self, symbol: str) -> Instrument:
        """The instrument of a symbol; UnknownNameError if there is none."""
        try:
            return self.instruments[symbol]
        except KeyError:
            raise UnknownNameError("symbol", symbol, self.instruments) from None

    def has_bars(self, symbol: str) -> bool:
        """Whether there is at least one bar of a symbol."""
        return symbol in self.histories and len(self.histories[symbol].bars) > 0

    def traded(self, symbol: str) -> str:
        """The symbol whose bars are shown for `symbol`: itself, or its stand-in while it has none."""
        instrument = self.instrument(symbol)
        if symbol not in self.histories and instrument.stand_in in self.histories:
            assert instrument.stand_in is not None
            return instrument.stand_in
        return symbol

    def sessions_for(self, symbol: str) -> Sessions:
        """The sessions that an instrument follows."""
        calendar = self.instrument(symbol).sessions_of
        try:
            return self.sessions[calendar]
        except KeyError:
            raise DataError(f"{symbol}: no sessions for exchange {calendar}") from None

    def prices(self, symbols: Sequence[str], dates: Dates, column: str = "adj_close") -> Floats:
        """Prices of symbols on dates, shape (len(dates), len(symbols)); NaN where there is no bar."""
        out = np.full((len(dates), len(symbols)), np.nan)
        for j, symbol in enumerate(symbols):
            history = self.histories[symbol]
            place = np.searchsorted(dates, history.dates)
            inside = place < len(dates)
            inside[inside] = dates[place[inside]] == history.dates[inside]
            out[place[inside], j] = history.bars[column].to_numpy(dtype=float)[inside]
        return out

    def returns(self, symbols: Sequence[str]) -> Floats:
        """Simple returns of symbols that share one calendar, shape (T, N) on its sessions.

        A session without a bar gives two missing returns, never a two-session return. Each
        symbol's returns are computed once and kept.
        """
        dates = self.sessions_for(symbols[0]).dates
        fresh = [symbol for symbol in symbols if symbol not in self._returns]
        if fresh:
            self._returns.update(zip(fresh, simple_returns(self.prices(fresh, dates)).T, strict=True))
        return np.column_stack([self._returns[symbol] for symbol in symbols])


def simple_returns(prices: Floats) -> Floats:
    """P_t / P_{t-1} - 1 along the first axis; NaN in the first row and beside a price that is no price."""
    positive = np.where(prices > 0, prices, np.nan)
    out = np.full(prices.shape, np.nan)
    np.divide(positive[1:], positive[:-1], out=out[1:])
    out[1:] -= 1.0
    return out


def stale_bars(bars: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Bars without trade whose prices are all one, shape (T,): a day's copy of the day before.

    Some sources fill sessions that they missed this way; the copies are no prices of their day. A
    series that never reports a volume (an index, a fund) has none.
    """
    flat = bars["open"].eq(bars["high"]) & bars["high"].eq(bars["low"]) & bars["low"].eq(bars["close"])
    reported = bool(bars["volume"].gt(0).any())
    return (flat & bars["volume"].eq(0) & reported).to_numpy()
