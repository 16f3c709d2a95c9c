"""Returns gathered in event time: one column per firm and event, one row per session around day 0."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from analysis.market.bars import Floats, Ints
from analysis.market.errors import DataError
from analysis.market.events import Dates, Window
from analysis.market.observations import Chosen, Observation, Observations
from analysis.market.prices import Market
from analysis.market.trades import BETWEEN_TRADES, MISSING, Gaps, over_gaps, returns_between_trades

Series = Callable[[Market, Sequence[str], str], Floats]


@dataclass(frozen=True, eq=False)
class EventPanel:
    """Returns and regressors of N observations over T event times.

    `returns` and `dates` have shape (T, N); the methods give regressors of the same shape, paired
    with the returns by session. What lies outside the data, or has no bar, is NaN (NaT for dates).
    `gaps`, shape (T, N), are the sessions that each return spans; None where it is one for all.
    """

    market: Market
    observations: Observations
    event_time: Ints
    returns: Floats
    gaps: Floats | None = None

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Column labels: made once, for thousands of pseudo-events ask for them."""
        return tuple(self.observations.labels)

    def rows(self, window: Window) -> slice:
        """Rows of an event-time window."""
        first = int(self.event_time[0])
        return slice(window.start - first, window.end - first + 1)

    def take(self, chosen: Chosen) -> EventPanel:
        """The panel of some of its observations."""
        gaps = None if self.gaps is None else self.gaps[:, chosen]
        return EventPanel(
            self.market, self.observations.take(chosen), self.event_time, self.returns[:, chosen], gaps
        )

    @property
    def constant(self) -> Floats:
        """What a constant return per session adds up to, shape (T, N): 1, or the sessions spanned."""
        return np.broadcast_to(1.0, self.returns.shape) if self.gaps is None else self.gaps

    @cached_property
    def dates(self) -> Dates:
        """Date of each event time, shape (T, N)."""
        out = np.empty((len(self.observations), len(self.event_time)), dtype="datetime64[D]")
        for calendar, columns in self.by_calendar:
            sessions = self.market.sessions[calendar].dates[None]
            out[columns] = self._around(
                sessions, columns, np.zeros(len(columns), np.int64), np.datetime64("NaT")
            )
        return out.T

    @cached_property
    def bars(self) -> tuple[Ints, Ints]:
        """Event times of the first and the last bar of each observation's symbol, shape (N,) each."""
        return self._spans(self.observations.firm)

    @cached_property
    def benchmark_bars(self) -> tuple[Ints, Ints]:
        """The same of each observation's benchmark."""
        return self._spans(self.observations.benchmark)

    def _spans(self, code: Ints) -> tuple[Ints, Ints]:
        ends = np.empty((2, len(self.observations)), dtype=np.int64)
        for calendar, columns in self.by_calendar:
            known, which = np.unique(code[columns], return_inverse=True)
            bars = [self.market.histories[self.observations.names[k]].dates[[0, -1]] for k in known]
            first, last = np.array(bars, dtype="datetime64[D]").reshape(-1, 2).T
            sessions = self.market.sessions[calendar].dates
            ends[0, columns] = np.searchsorted(sessions, first)[which]
            ends[1, columns] = np.searchsorted(sessions, last, side="right")[which] - 1
        first, last = ends - self.observations.position
        return first, last

    def benchmark(self, shift: int = 0) -> Floats:
        """Benchmark returns `shift` sessions later (negative: earlier), shape (T, N).

        Where returns span gaps, those over the same gaps, from the benchmark's own closes at both ends.
        """
        return self._paired(self.observations.benchmark, shift)

    def index(self, symbol: str, shift: int = 0) -> Floats:
        """Returns of one index, the same for all observations, shape (T, N)."""
        if not self.market.has_bars(symbol):
            raise DataError(f"no prices of {symbol}")
        return self._paired(None, shift, symbol)

    def factors(self, names: Sequence[str]) -> Floats:
        """Factor returns of each instrument's region, shape (T, N, len(names)); NaN without a region."""
        out = np.full((len(names), len(self.observations), len(self.event_time)), np.nan)
        regions = np.array([self.region(observation) for observation in self.observations], dtype=object)
        for calendar, columns in self.by_calendar:
            for region in set(regions[columns].tolist()) & set(self.market.factors):
                mine = columns[regions[columns] == region]
                factors, sessions = self.market.factors[region], self.market.sessions[calendar].dates
                own = factors.index.to_numpy().astype("datetime64[D]")
                for place, name in enumerate(names):
                    series = on_sessions(own, factors[name].to_numpy(float), sessions)[None]
                    out[place, mine] = self._around(series, mine, np.zeros(len(mine), np.int64), np.nan)
        return out.transpose(2, 1, 0)

    def region(self, observation: Observation) -> str:
        """Region of an observation's listing; empty where none is known."""
        return self.market.instrument(observation.symbol).region or ""

    def _paired(self, code: Ints | None, shift: int, symbol: str = "") -> Floats:
        out = np.empty((len(self.observations), len(self.event_time)))
        for calendar, columns in self.by_calendar:
            wanted = np.zeros(len(columns), np.int64) if code is None else code[columns]
            known, which = np.unique(wanted, return_inverse=True)
            names = [symbol] if code is None else [self.observations.names[k] for k in known]
            if self.gaps is not None:
                out[columns] = self._over_gaps(names, which, columns, calendar, self.gaps.T[columns])
                continue
            series = np.array([paired_returns(self.market, name, calendar) for name in names])
            out[columns] = self._around(series, columns, which, np.nan, shift)
        return out.T

    def _over_gaps(
        self, names: Sequence[str], which: Ints, columns: Ints, calendar: str, gaps: Floats
    ) -> Floats:
        prices = self.market.prices(names, self.market.sessions[calendar].dates).T
        end = self.observations.position[columns][:, None] + self.event_time
        return over_gaps(prices, which, end, gaps)

    def _around(
        self,
        series: npt.NDArray[Any],
        columns: Ints,
        which: Ints,
        missing: float | np.datetime64,
        shift: int = 0,
    ) -> npt.NDArray[Any]:
        first = self.observations.position[columns] + int(self.event_time[0]) + shift
        return _windows(series, which, first, len(self.event_time), missing)

    @cached_property
    def by_calendar(self) -> list[tuple[str, Ints]]:
        """Columns of observations that follow the same sessions, with their key in the market."""
        return list(self.observations.by_calendar(self.market))


def event_panel(
    market: Market,
    observations: Sequence[Observation],
    span: Window,
    series: Series = Market.returns,
    gaps: Gaps = MISSING,
) -> EventPanel:
    """Gather the returns of observations, or another daily series, over a span of event time.

    With `gaps` ``trade-to-trade`` they are returns between trades instead.

    Returns
    -------
    EventPanel
        Shape (len(span), len(observations)).
    """
    members = Observations.of(observations)
    if gaps == BETWEEN_TRADES:
        return _between_trades(market, members, span)
    panel = EventPanel(market, members, span.event_time, np.empty((len(members), len(span))).T)
    for calendar, columns in panel.by_calendar:
        known, which = np.unique(members.firm[columns], return_inverse=True)
        table = series(market, [members.names[k] for k in known], calendar).T
        first = members.position[columns] + span.start
        panel.returns.T[columns] = _windows(table, which, first, len(span), np.nan)
    return panel


def _between_trades(market: Market, members: Observations, span: Window) -> EventPanel:
    found = np.empty((2, len(members), len(span)))
    for calendar, columns in members.by_calendar(market):
        known, which = np.unique(members.firm[columns], return_inverse=True)
        prices = market.prices([members.names[k] for k in known], market.sessions[calendar].dates).T
        first = members.position[columns] + span.start
        for values, table in zip(found, returns_between_trades(prices), strict=True):
            values[columns] = _windows(table, which, first, len(span), np.nan)
    returns, gaps = found
    return EventPanel(market, members, span.event_time, returns.T, gaps.T)


def paired_returns(market: Market, symbol: str, calendar: str) -> Floats:
    """Returns of an index on the sessions of another exchange, shape (T,); see `on_sessions`."""
    own = market.calendar(symbol, market.instrument(symbol).benchmark)
    returns = market.returns([symbol], own)[:, 0]
    if own == calendar:
        return returns
    return on_sessions(market.sessions[own].dates, returns, market.sessions[calendar].dates)


def on_sessions(own: Dates, returns: Floats, sessions: Dates) -> Floats:
    """Returns known on their own dates, placed on the sessions of another exchange, shape (T,).

    A day counts only if it and the session before it are neighbours on both sides: otherwise the
    two returns would span different days, and the day is missing (Campbell, Cowan & Salotti 2010).
    """
    place = np.searchsorted(own, sessions).clip(0, len(own) - 1)
    paired = own[place] == sessions
    paired[1:] &= own[place[1:] - 1] == sessions[:-1]
    paired[:1] = False
    return np.where(paired, returns[place], np.nan)


def _windows(
    series: npt.NDArray[Any], which: Ints, first: Ints, length: int, missing: float | np.datetime64
) -> npt.NDArray[Any]:
    """`length` successive values of rows `which` of a table (n, T), from columns `first` on; (N, length).

    What lies outside the table is `missing`.
    """
    size = series.shape[1]
    edge = np.full((len(series), length), missing, dtype=series.dtype)
    padded = np.concatenate([edge, series, edge], axis=1)
    start = np.clip(first + length, 0, size + length)
    return sliding_window_view(padded, length, axis=1)[which, start]
