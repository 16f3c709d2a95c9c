"""Compiled market-model fits of every firm on every session: a table of pseudo-events."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.compiled import Floats, compiled, compiled_as_written, kept
from analysis.gap_kernels import AT_ONCE, gaps_before, two_passes
from analysis.kernels import SAFE, Panel


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
    values: Any, market: Any, missing: Any, bits: Any, before: Any, lead: int, size: int, abnormal: Any,
    sar: Any,
) -> None:  # fmt: skip
    means, spreads = _market_moments(market, size)
    windows = values.shape[1] - lead
    s, sxy, syy = np.empty(windows), np.empty(windows), np.empty(windows)
    room = windows + AT_ONCE
    lost, centre, inverse = np.empty(room), np.empty(room), np.empty(room)
    weight, freedom = np.empty(room), np.empty(room)
    for row in range(len(values)):
        y, own = values[row], missing[before[row, 0] : before[row + 1, 0]]
        _rolling_moments(y, market, size, s, sxy, syy)
        if row == 0 or len(own) > 0 or before[row, 0] > before[row - 1, 0]:
            _gapless_moments(market, own, size, means, spreads, lost, centre, inverse, weight, freedom)
        doubtful = _placebo_windows(
            y[lead:], market[lead:], centre, inverse, weight, freedom, s, sxy, syy,
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
def _gapless_moments(
    x: Any, gaps: Any, size: int, means: Any, spreads: Any, lost: Any, centre: Any, inverse: Any, weight: Any,
    freedom: Any,
) -> None:  # fmt: skip
    """Mean and inverse squares of the market in every window without the gaps, 1 / n and 1 / (n - 2).

    Neighbouring windows hold the same gaps until the next one comes in or the first leaves. The inverse is
    NaN where a subtraction would lose digits.
    """
    windows = len(lost) - AT_ONCE
    start = low = high = 0
    while start < windows:
        low, high = _first(gaps, low, start), _first(gaps, high, start + size)
        stop = windows
        if high < len(gaps):
            stop = min(stop, gaps[high] - size + 1)
        if low < high:
            stop = min(stop, gaps[low] + 1)
        gone = squares = 0.0
        for g in range(low, high):
            gone += x[gaps[g]]
            squares += x[gaps[g]] * x[gaps[g]]
        n = size - (high - low)
        _fill(lost, start, stop, size - n)
        _fill(weight, start, stop, 1.0 / n)
        _fill(freedom, start, stop, 1.0 / (n - 2) if n > 2 else np.nan)
        _fill(centre, start, stop, gone)
        _fill(inverse, start, stop, squares)
        start = stop
    for w in range(windows):
        shift = centre[w] - lost[w] * means[w]
        spread = spreads[w] - (inverse[w] - means[w] * (centre[w] + shift)) - shift * shift * weight[w]
        inverse[w] = 1.0 / spread if spread > SAFE * spreads[w] else np.nan
    for w in range(windows):
        centre[w] = means[w] - (centre[w] - lost[w] * means[w]) * weight[w]


@compiled
def _fill(values: Any, start: int, stop: int, value: float) -> None:
    """Write a value to places from `start` up to `stop`, and to some beyond, which are written later."""
    part = values[start : stop + (start - stop) % AT_ONCE]
    for w in range(len(part)):
        part[w] = value


@compiled
def _first(ascending: Any, place: int, value: int) -> int:
    """The first place from `place` on with at least a value."""
    while place < len(ascending) and ascending[place] < value:
        place += 1
    return place


@compiled
def _placebo_windows(
    y: Any, x: Any, centre: Any, inverse: Any, weight: Any, freedom: Any, s: Any, cross: Any, squares: Any,
    abnormal: Any, sar: Any,
) -> int:  # fmt: skip
    """Fits of neighbouring windows; those that lose digits get negative squares and are counted.

    One array is written per loop, which lets the compiler work on eight windows at once.
    """
    doubtful = 0
    for w in range(len(y)):
        cross[w] -= centre[w] * s[w]
    for w in range(len(y)):
        left = squares[w] - s[w] * s[w] * weight[w] - cross[w] * cross[w] * inverse[w]
        kept = left > SAFE * squares[w]
        doubtful += 0 if kept else 1
        squares[w] = left * freedom[w] if kept else -1.0
    for w in range(len(y)):
        abnormal[w] = y[w] - s[w] * weight[w] - cross[w] * inverse[w] * (x[w] - centre[w])
    for w in range(len(y)):
        away = x[w] - centre[w]
        sar[w] = abnormal[w] / np.sqrt(squares[w] * (1.0 + weight[w] + away * away * inverse[w]))
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
