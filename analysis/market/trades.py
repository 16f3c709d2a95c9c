"""Returns between trades: from one bar of a share to its next, however many sessions lie between."""

from __future__ import annotations

from typing import Literal

import numpy as np

from analysis.market.bars import Floats, Ints

Gaps = Literal["missing", "trade-to-trade"]  # what becomes of returns beside a session without a bar
MISSING: Gaps = "missing"
BETWEEN_TRADES: Gaps = "trade-to-trade"


def returns_between_trades(prices: Floats) -> tuple[Floats, Floats]:
    """P_t / P_(t-g) - 1 from the bar before to the bar of t, and the g sessions that lie between.

    A return stands at the session where it ends (Maynes & Rumsey 1993).

    Parameters
    ----------
    prices : array, shape (N, T)
        NaN, or no positive number, where there is no bar.

    Returns
    -------
    tuple of array, shape (N, T) each
        NaN on sessions without a bar, and on the first that has one.
    """
    there = prices > 0
    sessions = np.arange(prices.shape[1])
    last = np.maximum.accumulate(np.where(there, sessions, -1), axis=1)
    before = np.concatenate([np.full((len(prices), 1), -1), last[:, :-1]], axis=1)
    known = there & (before >= 0)
    base = np.where(known, np.take_along_axis(prices, before.clip(0), axis=1), np.nan)
    return prices / base - 1.0, np.where(known, sessions - before, np.nan)


def next_bars(prices: Floats) -> Ints:
    """Place of the first session from each on that has a bar, shape (N, T); T where none follows."""
    there, size = prices > 0, prices.shape[1]
    places = np.where(there, np.arange(size), size)
    return np.asarray(np.minimum.accumulate(places[:, ::-1], axis=1)[:, ::-1])


def over_gaps(prices: Floats, which: Ints, end: Ints, gaps: Floats) -> Floats:
    """Returns of a benchmark over the sessions between the trades of shares, shape (N, L).

    Parameters
    ----------
    prices : array, shape (B, T)
        Of the benchmarks, on the sessions of the shares.
    which : array of int, shape (N,)
        Benchmark of each share.
    end : array of int, shape (N, L)
        Sessions on which the returns of the shares end.
    gaps : array, shape (N, L)
        Sessions that they span, NaN where there is no return.
    """
    known = np.isfinite(gaps)
    start = end - np.where(known, gaps, 0).astype(np.int64)
    edge = prices.shape[1] - 1
    positive = np.where(prices > 0, prices, np.nan)
    later, base = (positive[which[:, None], np.clip(place, 0, edge)] for place in (end, start))
    return np.where(known, later / base - 1.0, np.nan)
