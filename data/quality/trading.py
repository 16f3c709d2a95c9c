"""Whether the trading of a day confirms its move: news brings volume and a wide range, a fault neither."""

from __future__ import annotations

import numpy as np

from analysis.market.bars import Bars, Floats, Ints
from data.quality.rules import POSSIBLE, Flags, symbol_of

USUAL_ROWS = 60  # bars before a move that say which volume is usual
UNUSUAL_VOLUME = 3.0  # times the usual; at 26 splits of large shares it was 0.5 to 2.4
WIDE_RANGE = 1 / 3  # of the move; at those splits at most 0.1
AROUND, RESTLESS = 5, 3.0  # bars before and after a move; times the usual deviation


def confirmed_by_trading(bars: Bars, row: Ints, logs: Floats, usual: Floats) -> Flags:
    """Whether the day shows trading as news brings it, by the first of three that is known.

    The volume must be unusual in shares and in money (an old price times an adjusted volume is unusual in
    money alone, shares after a split are so in number alone); the day's range must hold a third of the
    move; the moves just before or after must be three times as large as usual.
    """
    volume = _times_usual_volume(bars, row) / np.maximum(np.exp(-logs), 1)
    spread = _range_of_move(bars, row, logs)
    restless = _moves_around(bars, row) / usual > RESTLESS
    by_range = np.where(np.isnan(spread), restless, spread > WIDE_RANGE)
    return np.where(np.isnan(volume), by_range, volume > UNUSUAL_VOLUME)


def _beside(bars: Bars, name: str, rows: Ints, row: Ints) -> Floats:
    """Values at `rows`, shape (K, n), NaN where they are not of the symbol that `row`, shape (K,), is of."""
    symbol = symbol_of(bars, row)
    own = (rows >= bars.starts[symbol][:, None]) & (rows < bars.starts[symbol + 1][:, None])
    return np.where(own, bars.columns[name][np.clip(rows, 0, len(bars.dates) - 1)], np.nan)


def _times_usual_volume(bars: Bars, row: Ints) -> Floats:
    """Volume over the median of 60 bars before (a symbol's first 60, near its start); NaN if unknown."""
    if "volume" not in bars.columns or not len(row):
        return np.full(len(row), np.nan)
    first = np.maximum(row - USUAL_ROWS, bars.starts[symbol_of(bars, row)])
    usual = _middle(_beside(bars, "volume", first[:, None] + np.arange(USUAL_ROWS), row))
    volume = bars.columns["volume"][row]
    return volume / np.where((usual > 0) & np.isfinite(usual), usual, np.nan)


def _range_of_move(bars: Bars, row: Ints, logs: Floats) -> Floats:
    """The day's range as a part of the move, both in logarithms; NaN if unknown."""
    if not {"high", "low"} <= bars.columns.keys():
        return np.full(len(row), np.nan)
    high, low = bars.columns["high"][row], bars.columns["low"][row]
    return np.asarray(np.log(high / low) / np.abs(logs))


def _moves_around(bars: Bars, row: Ints) -> Floats:
    """Median absolute log return of the five bars before or of the five after, whichever is larger."""
    prices = _beside(bars, "adj_close", row[:, None] + np.arange(-AROUND - 1, AROUND + 1), row)
    possible = (prices > POSSIBLE[0]) & (prices < POSSIBLE[1])
    logs = np.abs(np.diff(np.log(np.where(possible, prices, np.nan)), axis=1))
    return np.fmax(_middle(logs[:, :AROUND]), _middle(logs[:, AROUND + 1 :]))


def _middle(values: Floats) -> Floats:
    """Median of each row without its NaN, the lower one of two; NaN where a row has nothing else."""
    number = np.count_nonzero(~np.isnan(values), axis=1)
    place = np.maximum(number - 1, 0) // 2
    return np.asarray(np.take_along_axis(np.sort(values, axis=1), place[:, None], axis=1)[:, 0])
