"""Compiled market-model fits of every firm on every session: a table of pseudo-events."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.kernels.compiled import Floats, compiled, compiled_as_written, kept
from analysis.kernels.fits import SAFE, Panel
from analysis.kernels.forecasts import AT_ONCE
from analysis.kernels.gaps import gaps_before, two_passes


def placebo_table(
    returns: Panel, lead: int, size: int, out: tuple[Floats, Floats] | None = None
) -> tuple[Floats, Floats]:
    """Market-model AR and SAR of every firm on every session, as if each were day 0.

    Parameters
    ----------
    lead, size : int
        The estimation window starts `lead` sessions before day 0 and has `size` of them.
    out : two arrays, shape (N, T), optional
        Written to instead of new ones.

    Returns
    -------
    (abnormal, sar) : arrays, shape (N, T)
        NaN before the first full window and on sessions without a return.
    """
    shape = returns.values.shape
    abnormal, sar = (np.empty(shape), np.empty(shape)) if out is None else out
    abnormal[:, :lead] = sar[:, :lead] = np.nan
    if shape[1] > lead:
        _placebo_table(*returns, lead, size, abnormal, sar)
    return abnormal, sar


@kept
@compiled
def _placebo_table(
    values: Any, market: Any, missing: Any, at: Any, bits: Any, before: Any, lead: int, size: int,
    abnormal: Any, sar: Any,
) -> None:  # fmt: skip
    means, spreads = _market_moments(market, size)
    windows = values.shape[1] - lead
    s, sxy, syy = np.empty(windows), np.empty(windows), np.empty(windows)
    room = windows + AT_ONCE
    nobs, gone, gone_squares = np.empty(room), np.empty(room), np.empty(room)
    for row in range(len(values)):
        y, own = values[row], missing[before[row, 0] : before[row + 1, 0]]
        x_own = at[before[row, 0] : before[row + 1, 0]]
        _rolling_moments(y, market, size, s, sxy, syy)
        _gaps_of_windows(x_own, own, size, windows, nobs, gone, gone_squares)
        doubtful = _placebo_windows(
            y[lead:], market[lead:], means, spreads, size, nobs, gone, gone_squares, s, sxy, syy,
            abnormal[row, lead:], sar[row, lead:],
        )  # fmt: skip
        if doubtful > 0:
            _placebo_again(y, market, missing, bits, before, row, lead, size, syy, abnormal[row], sar[row])
        for g in range(len(own)):
            abnormal[row, own[g]] = sar[row, own[g]] = np.nan


@compiled
def _market_moments(market: Floats, size: int) -> tuple[Floats, Floats]:
    """Mean and centred sum of squares of the market in every window, in two passes."""
    count = max(len(market) - size + 1, 0)
    mean, spread = np.zeros(count), np.zeros(count)
    for t in range(size):
        later = market[t : t + count]
        for w in range(len(mean)):
            mean[w] += later[w]
    mean /= size
    for t in range(size):
        later = market[t : t + count]
        for w in range(len(spread)):
            spread[w] += (later[w] - mean[w]) * (later[w] - mean[w])
    return mean, spread


@compiled
def _rolling_moments(y: Any, x: Any, size: int, s: Any, sxy: Any, syy: Any) -> None:
    """Sums of y, x y and y^2 over windows, by block suffixes and prefixes (van Herk 1992).

    Each window adds its own values only, so that one huge value spoils no other window.
    """
    for block in range(0, len(s), size):
        count = min(size, len(s) - block)
        a = b = c = 0.0
        for j in range(size - 1, -1, -1):
            v = y[block + j]
            a += v
            b += v * x[block + j]
            c += v * v
            if j < count:
                s[block + j], sxy[block + j], syy[block + j] = a, b, c
        a = b = c = 0.0
        for j in range(1, count):
            t = block + size - 1 + j
            v = y[t]
            a += v
            b += v * x[t]
            c += v * v
            s[block + j] += a
            sxy[block + j] += b
            syy[block + j] += c


@compiled
def _gaps_of_windows(
    x: Any, gaps: Any, size: int, windows: int, nobs: Any, gone: Any, gone_squares: Any
) -> None:
    """Sessions without gaps of every window, and the sum of x and of x^2 over its gaps, at which x is given.

    Neighbouring windows hold the same gaps until the next one comes in or the first leaves. What is written
    up to a multiple of `AT_ONCE` goes beyond them, and is written again for the next.
    """
    start = low = high = 0
    while high < len(gaps) and gaps[high] < size:
        high += 1
    while start < windows:
        enters = gaps[high] - size + 1 if high < len(gaps) else windows
        leaves = gaps[low] + 1 if low < high else windows
        stop = min(enters, leaves, windows)
        total = squares = 0.0
        for g in range(low, high):
            total += x[g]
            squares += x[g] * x[g]
        end, n = stop + (start - stop) % AT_ONCE, float(size - (high - low))
        some_nobs, some_gone, some_squares = nobs[start:end], gone[start:end], gone_squares[start:end]
        for w in range(len(some_nobs)):
            some_nobs[w] = n
            some_gone[w] = total
            some_squares[w] = squares
        low += 1 if leaves == stop else 0
        high += 1 if enters == stop else 0
        start = stop


@compiled
def _placebo_windows(
    y: Any, x: Any, means: Any, spreads: Any, size: int, nobs: Any, gone: Any, gone_squares: Any, s: Any,
    cross: Any, squares: Any, abnormal: Any, sar: Any,
) -> int:  # fmt: skip
    """Fits of neighbouring windows; those that lose digits get negative squares and are counted."""
    doubtful = 0
    for w in range(len(y)):
        n, share = nobs[w], 1.0 / nobs[w]
        shift = gone[w] - (size - n) * means[w]
        centre = means[w] - shift * share
        spread = spreads[w] - (gone_squares[w] - means[w] * (gone[w] + shift)) - shift * shift * share
        inverse = 1.0 / spread
        away, sxy = x[w] - centre, cross[w] - centre * s[w]
        left = squares[w] - s[w] * s[w] * share - sxy * sxy * inverse
        kept = (left > SAFE * squares[w]) & (spread > SAFE * spreads[w]) & (n > 2.0)
        doubtful += 0 if kept else 1
        variance = left / (n - 2.0)
        squares[w] = variance if kept else -1.0
        residual = y[w] - s[w] * share - sxy * inverse * away
        abnormal[w] = residual
        sar[w] = residual / np.sqrt(variance * (1.0 + share + away * away * inverse))
    return doubtful


@compiled_as_written
def _placebo_again(
    y: Any, x: Any, missing: Any, bits: Any, before: Any, row: int, lead: int, size: int, squares: Any,
    abnormal: Any, sar: Any,
) -> None:  # fmt: skip
    """The windows with negative squares in two passes."""
    for w in range(len(squares)):
        if squares[w] < 0.0:
            low, high = gaps_before(bits, before, row, w), gaps_before(bits, before, row, w + size)
            n, centre, spread, a, b, left = two_passes(
                y[w : w + size], x[w : w + size], missing, low, high, w
            )
            day = w + lead
            abnormal[day] = y[day] - a - b * x[day]
            forecast = 1.0 + 1.0 / n + (x[day] - centre) ** 2 / spread
            sar[day] = abnormal[day] / np.sqrt(left / (n - 2) * forecast) if n > 2 else np.nan
