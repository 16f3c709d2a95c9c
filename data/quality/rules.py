"""Which rows are no prices: stale, empty or impossible bars, and bars of closed days.

Every rule reads the columns of all instruments at once and answers with row numbers, ascending. A rule
whose columns a source does not have is silent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.market.bars import Bars, Floats, Ints
from analysis.market.events import Sessions

PRICES = ("open", "high", "low", "close", "adj_close")
POSSIBLE = (1e-6, 1e9)  # prices in any currency
OUTSIDE_RANGE = 1e-3  # of the price: below this, quotes of one bar disagree by rounding
RUN, RARE = 3, 1e-5  # repeated closes in a row; how many such runs chance may bring
BLOCK = 1 << 15  # rows whose columns stay in the processor's cache

Flags = npt.NDArray[np.bool_]

NONE: Ints = np.zeros(0, np.int64)


@dataclass(frozen=True, eq=False, slots=True)
class Unusable:
    """Rows that count as missing, by reason; a row has one reason."""

    stale: Ints
    repeated: Ints
    impossible: Ints
    empty: Ints

    @property
    def rows(self) -> Ints:
        """All of them, ascending."""
        return np.sort(np.concatenate([self.stale, self.repeated, self.impossible, self.empty]))

    @property
    def copies(self) -> Ints:
        """Copies of the day before, by whichever rule, ascending."""
        return np.union1d(self.stale, self.repeated)

    def without(self, rows: Ints) -> Unusable:
        """The same without some rows."""
        parts = (self.stale, self.repeated, self.impossible, self.empty)
        return Unusable(*(np.setdiff1d(each, rows, assume_unique=True) for each in parts))


def unusable(bars: Bars) -> Unusable:
    """Rows whose prices are none of their day."""
    copies, again, doubtful = stale(bars), repeated(bars), _doubtful(bars)
    wrong = doubtful[_impossible(bars, doubtful)]
    missing = doubtful[_empty(bars, doubtful)]
    wrong = np.setdiff1d(wrong, copies, assume_unique=True)
    missing = np.setdiff1d(np.setdiff1d(missing, wrong), copies)
    return Unusable(copies, np.setdiff1d(again, wrong), wrong, missing)


def per_symbol(bars: Bars, rows: Ints) -> Ints:
    """How many of `rows` (ascending) each symbol has, shape (N,)."""
    return np.diff(np.searchsorted(rows, bars.starts))


def symbol_of(bars: Bars, rows: Ints) -> Ints:
    """Place in `bars.symbols` of the symbol that each row is of."""
    return np.searchsorted(bars.starts, rows, side="right") - 1


def stale(bars: Bars) -> Ints:
    """Flat bars without volume: a copy of the day before, where trading is not known.

    A series says nothing by such a bar if most of its bars look like that (a fund's net asset value, an
    index published at the close), or if most of the others report no volume either.
    """
    if not {*PRICES[:4], "volume"} <= bars.columns.keys():
        return NONE
    idle = np.flatnonzero(bars.columns["volume"] == 0)
    opens, highs, lows, closes = (bars.columns[name][idle] for name in PRICES[:4])
    flat = idle[(opens == highs) & (highs == lows) & (lows == closes)]
    numbers, sizes = per_symbol(bars, flat), np.diff(bars.starts)
    trades = np.zeros(len(sizes), np.int64)
    for place in np.flatnonzero(numbers):
        own = bars.columns["volume"][bars.starts[place] : bars.starts[place + 1]]
        trades[place] = np.count_nonzero(own > 0)
    tells = (2 * numbers <= sizes) & (2 * trades >= sizes - numbers) & (trades > 0)
    return np.asarray(flat[tells[symbol_of(bars, flat)]])


def repeated(bars: Bars) -> Ints:
    """Closes that repeat the one before in a run longer than chance explains, where no volume is known.

    Chance is judged by how often the symbol repeats a close elsewhere: a price of few ticks does so often,
    and of 96 large instruments over eleven years one did on four days in a row. A series says nothing by it
    if most of its closes are repeated (a fund that is valued once a month), nor do days with a range.
    """
    closes = bars.columns.get("close", bars.columns["adj_close"])
    again = np.flatnonzero(closes[1:] == closes[:-1]) + 1
    ends = again[RUN - 1 :][again[RUN - 1 :] - again[: 1 - RUN] == RUN - 1]
    if not len(ends):
        return NONE
    parts = [NONE]
    for place in np.unique(symbol_of(bars, ends)).tolist():
        own = slice(int(bars.starts[place]), int(bars.starts[place + 1]))
        rows = again[(again > own.start) & (again < own.stop)]
        if not np.any(bars.columns.get("volume", NONE)[own] > 0):
            parts.append(_beyond_chance(_without_range(bars, rows), own.stop - own.start))
    return np.concatenate(parts)


def _without_range(bars: Bars, rows: Ints) -> Ints:
    if not {"high", "low"} <= bars.columns.keys():
        return rows
    return rows[~(bars.columns["high"][rows] > bars.columns["low"][rows])]


def _beyond_chance(rows: Ints, size: int) -> Ints:
    """Of repeated closes those in runs of which a series of this size would hold less than one in 100,000."""
    runs = np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)
    chance = (1 + sum(len(run) for run in runs if len(run) < RUN)) / size
    long = [run for run in runs if len(run) >= RUN and size * chance ** len(run) < RARE]
    stuck = np.concatenate([NONE, *long])
    return stuck if 2 * len(stuck) <= size else NONE


def _doubtful(bars: Bars) -> Ints:
    """Rows that are not plainly sound: a superset of the empty and the impossible ones, found quickly."""
    return np.concatenate([NONE, *_doubtful_blocks(bars)])


def _doubtful_blocks(bars: Bars) -> Iterator[Ints]:
    prices = {name: bars.columns[name] for name in PRICES if name in bars.columns}
    for first in range(0, len(bars.dates), BLOCK):
        block = {name: values[first : first + BLOCK] for name, values in prices.items()}
        yield np.flatnonzero(~_sound(block)) + first


def _sound(prices: Mapping[str, Floats]) -> Flags:
    """Prices inside `POSSIBLE` and inside their day's range, to the last digit."""
    low, high = prices.get("low"), prices.get("high")
    sound = np.ones(len(prices["adj_close"]), dtype=bool)
    for name, values in prices.items():
        ranged = name in ("open", "close")
        sound &= (values > POSSIBLE[0]) if low is None or not ranged else (values >= low)
        sound &= (values < POSSIBLE[1]) if high is None or not ranged else (values <= high)
    return sound


def _impossible(bars: Bars, rows: Ints) -> Flags:
    """Prices that no share has, a high below the low, an open or close outside them."""
    prices = {name: bars.columns[name][rows] for name in PRICES if name in bars.columns}
    high, low = (prices.get(name, np.full(len(rows), np.nan)) for name in ("high", "low"))
    slack = OUTSIDE_RANGE * np.abs(prices.get("close", high))
    wrong = np.zeros(len(rows), dtype=bool)
    with np.errstate(invalid="ignore"):  # infinite prices, which are impossible already
        for values in prices.values():
            wrong |= (values < POSSIBLE[0]) | (values > POSSIBLE[1])
        wrong |= high < low - slack
        for name in {"open", "close"} & prices.keys():
            wrong |= (prices[name] > high + slack) | (prices[name] < low - slack)
    return wrong


def _empty(bars: Bars, rows: Ints) -> Flags:
    """Rows without a close or an adjusted close."""
    missing = np.isnan(bars.columns["adj_close"][rows])
    if "close" in bars.columns:
        missing |= np.isnan(bars.columns["close"][rows])
    return missing


def closed(bars: Bars, sessions: Sessions | Mapping[str, Sessions]) -> Ints:
    """Rows on days on which the exchange was closed, as far as its calendar is known."""
    return np.concatenate([NONE, *_closed_pieces(bars, sessions)])


def _closed_pieces(bars: Bars, sessions: Sessions | Mapping[str, Sessions]) -> Iterator[Ints]:
    days = day_numbers(bars)
    tables: dict[int, tuple[int, Flags]] = {}
    for rows, own in _calendars(bars, sessions):
        if len(own.dates):
            if id(own) not in tables:
                tables[id(own)] = _shut(own)
            first, shut = tables[id(own)]
            place = np.clip(days[rows] - first, -1, len(shut) - 2)
            yield np.flatnonzero(shut[place]) + rows.start


def _calendars(bars: Bars, sessions: Sessions | Mapping[str, Sessions]) -> Iterator[tuple[slice, Sessions]]:
    if isinstance(sessions, Sessions):
        for first in range(0, len(bars.dates), BLOCK):
            yield slice(first, first + BLOCK), sessions
        return
    ends = bars.starts.tolist()
    for symbol, first, last in zip(bars.symbols, ends, ends[1:], strict=False):
        if symbol in sessions:
            yield slice(first, last), sessions[symbol]


def _shut(sessions: Sessions) -> tuple[int, Flags]:
    """Number of the first session's day, and for each day from there whether the exchange was closed.

    Two entries follow the last session, both False: they stand for all days outside the calendar.
    """
    days = sessions.dates.astype("datetime64[D]").astype(np.int64)
    shut = np.ones(days[-1] - days[0] + 3, dtype=bool)
    shut[days - days[0]] = False
    shut[-2:] = False
    return int(days[0]), shut


def on_weekend(bars: Bars) -> Ints:
    """Rows on Saturdays and Sundays."""
    if not len(bars.dates):
        return NONE
    ends = bars.dates[np.concatenate([bars.starts[:-1], bars.starts[1:] - 1])]
    days = np.arange(ends.min() - 7, ends.max() + 7)  # a calendar is known from its first to its last session
    return closed(bars, Sessions("", days[np.is_busday(days)]))


def day_numbers(bars: Bars) -> Ints:
    """Dates as days since 1970."""
    return bars.dates.astype("datetime64[D]", copy=False).view(np.int64)
