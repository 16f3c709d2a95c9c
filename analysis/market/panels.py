"""Returns gathered in event time: one column per firm and event, one row per session around day 0."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from analysis.market.errors import DataError
from analysis.market.events import Dates, Window
from analysis.market.prices import Floats, Market

Ints = npt.NDArray[np.int64]
Key = TypeVar("Key")
Series = Callable[[Market, Sequence[str]], Floats]


@dataclass(frozen=True, slots=True)
class Observation:
    """One firm at one event: the unit of a study, `position` being day 0 on its session grid."""

    label: str
    symbol: str
    benchmark: str
    position: int


@dataclass(frozen=True, eq=False)
class EventPanel:
    """Returns and regressors of N observations over T event times.

    `returns` and `dates` have shape (T, N); the methods give regressors of the same shape, paired
    with the returns by session. What lies outside the data, or has no bar, is NaN (NaT for dates).
    """

    market: Market
    observations: tuple[Observation, ...]
    event_time: Ints
    dates: Dates
    returns: Floats

    @property
    def labels(self) -> tuple[str, ...]:
        """Column labels."""
        return tuple(observation.label for observation in self.observations)

    def rows(self, window: Window) -> slice:
        """Rows of an event-time window."""
        first = int(self.event_time[0])
        return slice(window.start - first, window.end - first + 1)

    def without(self, labels: Collection[str]) -> EventPanel:
        """The panel without some of its observations."""
        keep = np.array([label not in labels for label in self.labels], dtype=bool)
        if keep.all():
            return self
        kept = tuple(o for o in self.observations if o.label not in labels)
        return EventPanel(self.market, kept, self.event_time, self.dates[:, keep], self.returns[:, keep])

    @cached_property
    def bars(self) -> tuple[Ints, Ints]:
        """Event times of the first and the last bar of each observation's symbol, shape (N,) each."""
        return self._spans(lambda observation: observation.symbol)

    @cached_property
    def benchmark_bars(self) -> tuple[Ints, Ints]:
        """The same of each observation's benchmark."""
        return self._spans(lambda observation: observation.benchmark)

    def _spans(self, name: Callable[[Observation], str]) -> tuple[Ints, Ints]:
        bars = np.empty((2, len(self.observations)), dtype=np.int64)
        for (calendar, symbol), columns in self._columns(self._on_calendar(name)):
            first, last = self.market.histories[symbol].dates[[0, -1]]
            sessions = self.market.sessions[calendar].dates
            bars[0, columns] = np.searchsorted(sessions, first)
            bars[1, columns] = np.searchsorted(sessions, last, side="right") - 1
        first, last = bars - np.array([o.position for o in self.observations], dtype=np.int64)
        return first, last

    def benchmark(self, shift: int = 0) -> Floats:
        """Benchmark returns `shift` sessions later (negative: earlier), shape (T, N)."""
        return self._paired(lambda observation: observation.benchmark, shift)

    def index(self, symbol: str, shift: int = 0) -> Floats:
        """Returns of one index, the same for all observations, shape (T, N)."""
        if not self.market.has_bars(symbol):
            raise DataError(f"{symbol}: no bars in this snapshot")
        return self._paired(lambda observation: symbol, shift)

    def factors(self, names: Sequence[str]) -> Floats:
        """Factor returns of each instrument's region, shape (T, N, len(names)); NaN without a region."""
        out = np.full((*self.returns.shape, len(names)), np.nan)
        factors = self.market.factors
        for (calendar, region), columns in self._columns(self._on_calendar(self.region)):
            if region in factors:
                own = factors[region].index.to_numpy().astype("datetime64[D]")
                values = np.column_stack([factors[region][name].to_numpy(float) for name in names])
                series = on_sessions(own, values, self.market.sessions[calendar].dates)
                out[:, columns] = _take(series, self._positions(columns), np.nan)
        return out

    def region(self, observation: Observation) -> str:
        """Region of an observation's listing; empty where none is known."""
        return self.market.instrument(observation.symbol).region or ""

    def _on_calendar(self, name: Callable[[Observation], str]) -> Callable[[Observation], tuple[str, str]]:
        return lambda o: (self.market.instrument(o.symbol).sessions_of, name(o))

    def _paired(self, name: Callable[[Observation], str], shift: int) -> Floats:
        out = np.full(self.returns.shape, np.nan)
        for (calendar, symbol), columns in self._columns(self._on_calendar(name)):
            series = paired_returns(self.market, symbol, calendar)
            out[:, columns] = _take(series, self._positions(columns) + shift, np.nan)
        return out

    def _positions(self, columns: Ints) -> Ints:
        day_zero = np.array([self.observations[j].position for j in columns])
        return day_zero + self.event_time[:, None]

    def _columns(self, key: Callable[[Observation], Key]) -> Iterator[tuple[Key, Ints]]:
        return _grouped(self.observations, key)


def event_panel(
    market: Market, observations: Sequence[Observation], span: Window, series: Series = Market.returns
) -> EventPanel:
    """Gather the returns of observations, or another daily series, over a span of event time.

    Returns
    -------
    EventPanel
        Shape (len(span), len(observations)).
    """
    shape = (len(span), len(observations))
    returns, dates = np.full(shape, np.nan), np.full(shape, np.datetime64("NaT"), dtype="datetime64[D]")
    for calendar, columns in _grouped(observations, lambda o: market.instrument(o.symbol).sessions_of):
        mine = [observations[j] for j in columns]
        symbols = list(dict.fromkeys(o.symbol for o in mine))
        column_of = {symbol: j for j, symbol in enumerate(symbols)}
        rows = np.array([o.position for o in mine]) + span.event_time[:, None]
        mine_in = np.array([column_of[o.symbol] for o in mine])
        returns[:, columns] = _take(series(market, symbols), rows, np.nan, mine_in)
        dates[:, columns] = _take(market.sessions[calendar].dates, rows, np.datetime64("NaT"))
    return EventPanel(market, tuple(observations), span.event_time, dates, returns)


def paired_returns(market: Market, symbol: str, calendar: str) -> Floats:
    """Returns of an index on the sessions of another exchange, shape (T,); see `on_sessions`."""
    own = market.sessions_for(symbol).dates
    return on_sessions(own, market.returns([symbol])[:, 0], market.sessions[calendar].dates)


def on_sessions(own: Dates, returns: Floats, sessions: Dates) -> Floats:
    """Returns known on their own dates, placed on the sessions of another exchange, shape (T, ...).

    A day counts only if it and the session before it are neighbours on both sides: otherwise the
    two returns would span different days, and the day is missing (Campbell, Cowan & Salotti 2010).
    """
    place = np.searchsorted(own, sessions).clip(0, len(own) - 1)
    paired = own[place] == sessions
    paired[1:] &= own[place[1:] - 1] == sessions[:-1]
    paired[:1] = False
    return np.where(_broad(paired, returns), returns[place], np.nan)


def _take(
    series: npt.NDArray[Any], rows: Ints, missing: float | np.datetime64, columns: Ints | None = None
) -> npt.NDArray[Any]:
    """Rows of a series (T,), or of given columns of a table (T, n); `missing` outside it."""
    inside = (rows >= 0) & (rows < len(series))
    safe = np.where(inside, rows, 0)
    taken = series[safe] if columns is None else series[safe, columns]
    return np.where(_broad(inside, taken), taken, missing)


def _broad(mask: npt.NDArray[np.bool_], values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """A mask with as many dimensions as the values it is for."""
    return mask.reshape(mask.shape + (1,) * (values.ndim - mask.ndim))


def _grouped(
    observations: Sequence[Observation], key: Callable[[Observation], Key]
) -> Iterator[tuple[Key, Ints]]:
    """Observations that share a key, as column numbers."""
    groups: dict[Key, list[int]] = {}
    for column, observation in enumerate(observations):
        groups.setdefault(key(observation), []).append(column)
    for value, columns in groups.items():
        yield value, np.array(columns)
