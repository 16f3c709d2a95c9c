"""Instruments, their prices, and simple returns on each exchange's own sessions."""

from __future__ import annotations

import datetime as dt
from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.market.bars import BAR_COLUMNS, Floats
from analysis.market.errors import DataError, UnknownNameError
from analysis.market.events import Dates, Sessions


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
    closing: str = ""

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


@dataclass(frozen=True, eq=False)
class PriceHistory:
    """Daily bars of one instrument.

    Parameters
    ----------
    dates : array of datetime64[D], shape (R,)
        Sessions with a bar, strictly increasing.
    columns : mapping of name to array, shape (R,) each
        In local currency: prices as traded, ``adj_close`` with dividends reinvested, NaN where missing.
        Of `BAR_COLUMNS` those that the source has; the others read as missing.
    source : str
        Who published the bars.
    retrieved : date
        When they were fetched or compiled.
    """

    symbol: str
    dates: Dates
    columns: Mapping[str, Floats]
    source: str
    retrieved: dt.date

    @classmethod
    def of(cls, symbol: str, bars: pd.DataFrame, source: str, retrieved: dt.date) -> PriceHistory:
        """The history that a table of bars tells.

        Raises
        ------
        DataError
            If a column is missing, or the index is not of strictly increasing dates.
        """
        index = bars.index
        if missing := [column for column in BAR_COLUMNS if column not in bars]:
            raise DataError(f"{symbol}: no column {', '.join(missing)}; needed: {', '.join(BAR_COLUMNS)}")
        increasing = isinstance(index, pd.DatetimeIndex) and index.is_monotonic_increasing
        if not increasing or index.has_duplicates:
            raise DataError(f"{symbol}: bars must be indexed by strictly increasing dates")
        columns = {name: bars[name].to_numpy(dtype=float) for name in BAR_COLUMNS}
        return cls(symbol, index.to_numpy().astype("datetime64[D]"), columns, source, retrieved)

    def column(self, name: str) -> Floats:
        """One of `BAR_COLUMNS`, shape (R,)."""
        return self.columns[name] if name in self.columns else np.full(len(self.dates), np.nan)

    @cached_property
    def bars(self) -> pd.DataFrame:
        """All `BAR_COLUMNS` as a table, indexed by session."""
        index = pd.DatetimeIndex(self.dates.astype("datetime64[s]"), name="session")
        return pd.DataFrame({name: self.column(name) for name in BAR_COLUMNS}, index=index)


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


@dataclass(frozen=True, slots=True)
class Donors:
    """Shares that a synthetic control of a firm is made of, and those left out, each with the reason."""

    used: tuple[str, ...]
    left_out: Mapping[str, str]

    def by_reason(self) -> dict[str, list[str]]:
        """Shares left out, by the reason that they share."""
        found: dict[str, list[str]] = {}
        for symbol, reason in self.left_out.items():
            found.setdefault(reason, []).append(symbol)
        return found


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
    pool : callable, optional
        Opens the market of shares beside these, of which donors are taken; `contaminated` are those that
        had other news, their `note` says which.
    donors : mapping of symbol to Donors, optional
        Of the firms of a study (`with_donors`).
    """

    instruments: Mapping[str, Instrument]
    histories: Mapping[str, PriceHistory]
    sessions: Mapping[str, Sessions]
    provenance: Provenance
    factors: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    hourly: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    pool: Callable[[], Market] | None = None
    donors: Mapping[str, Donors] = field(default_factory=dict)
    _returns: dict[tuple[str, str], Floats] = field(default_factory=dict, init=False, repr=False)

    def with_prices_of(self, other: Market) -> Market:
        """The same with the bars and sessions of another market, where it has none of its own."""
        histories: Any = ChainMap(self.histories, other.histories)  # type: ignore[arg-type]  # read alone
        sessions: Any = ChainMap(self.sessions, other.sessions)  # type: ignore[arg-type]
        return replace(self, histories=histories, sessions=sessions)

    def instrument(self, symbol: str) -> Instrument:
        """The instrument of a symbol; UnknownNameError if there is none."""
        try:
            return self.instruments[symbol]
        except KeyError:
            raise UnknownNameError("symbol", symbol, self.instruments) from None

    def has_bars(self, symbol: str) -> bool:
        """Whether there is at least one bar of a symbol."""
        return symbol in self.histories and len(self.histories[symbol].dates) > 0

    def traded(self, symbol: str) -> str:
        """The symbol whose bars are shown for `symbol`: itself, or its stand-in while it has none."""
        instrument = self.instrument(symbol)
        if symbol not in self.histories and instrument.stand_in in self.histories:
            assert instrument.stand_in is not None
            return instrument.stand_in
        return symbol

    def calendar(self, symbol: str, benchmark: str | None = None) -> str:
        """Key of the sessions that count for a symbol: its exchange's, else those of its benchmark.

        Bars from files have no exchange; the sessions of the benchmark are theirs then.
        """
        instrument = self.instrument(symbol)
        return instrument.sessions_of or f"{benchmark or symbol}{instrument.closing}"

    def sessions_for(self, symbol: str, benchmark: str | None = None) -> Sessions:
        """The sessions that an instrument follows."""
        calendar = self.calendar(symbol, benchmark)
        try:
            return self.sessions[calendar]
        except KeyError:
            raise DataError(f"{symbol}: no sessions for exchange {calendar}") from None

    def prices(self, symbols: Sequence[str], dates: Dates, column: str = "adj_close") -> Floats:
        """Prices of symbols on dates, shape (len(dates), len(symbols)); NaN where there is no bar."""
        out = np.full((len(symbols), len(dates)), np.nan)
        for row, symbol in zip(out, symbols, strict=True):
            history = self.histories[symbol]
            place = np.searchsorted(dates, history.dates)
            inside = place < len(dates)
            inside[inside] = dates[place[inside]] == history.dates[inside]
            row[place[inside]] = history.column(column)[inside]
        return out.T

    def returns(self, symbols: Sequence[str], calendar: str | None = None) -> Floats:
        """Simple returns of symbols on the sessions of a calendar, by default the first symbol's, (T, N).

        A session without a bar gives two missing returns, never a two-session return. Each
        symbol's returns are computed once and kept.
        """
        calendar = calendar or self.calendar(symbols[0])
        if fresh := [symbol for symbol in symbols if (calendar, symbol) not in self._returns]:
            found = simple_returns(self.prices(fresh, self.sessions[calendar].dates)).T
            self._returns.update(zip([(calendar, symbol) for symbol in fresh], found, strict=True))
        return np.stack([self._returns[calendar, symbol] for symbol in symbols]).T


def simple_returns(prices: Floats) -> Floats:
    """P_t / P_{t-1} - 1 along the first axis; NaN in the first row and beside a price that is no price."""
    positive = np.where(prices > 0, prices, np.nan)
    out = np.full_like(positive, np.nan)
    np.divide(positive[1:], positive[:-1], out=out[1:])
    out[1:] -= 1.0
    return out
