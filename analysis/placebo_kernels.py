"""Compiled market-model fits of every firm on every session: a table of pseudo-events."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.compiled import compiled, compiled_as_written, kept
from analysis.kernels import SAFE, Floats, Panel, between, two_passes


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
    values: Any, market: Any, missing: Any, starts: Any, lead: int, size: int, abnormal: Any, sar: Any
) -> None:
    means, spreads = _market_moments(market, size)
    windows = values.shape[1] - lead
    s, sxy, syy = np.empty(windows), np.empty(windows), np.empty(windows)
    centre, inverse, weight = np.empty(windows), np.empty(windows), np.empty(windows)
    lost, gone, squares = np.empty(windows), np.empty(windows), np.empty(windows)
    for row in range(len(values)):
        y, own = values[row], missing[starts[row] : starts[row + 1]]
        _rolling_moments(y, market, size, s, sxy, syy)
        if row == 0 or len(own) > 0 or starts[row] > starts[row - 1]:
            _gapless_moments(market, own, size, means, spreads, lost, gone, squares, centre, inverse, weight)
        doubtful = _placebo_windows(
            y[lead:], market[lead:], centre, inverse, weight, s, sxy, syy,
            abnormal[row, lead:], sar[row, lead:],
        )  # fmt: skip
        if doubtful > 0:
            _placebo_again(y, market, own, lead, size, syy, abnormal[row], sar[row])
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
    x: Any, gaps: Any, size: int, means: Any, spreads: Any, lost: Any, gone: Any, squares: Any, centre: Any,
    inverse: Any, weight: Any,
) -> None:  # fmt: skip
    """Mean, inverse squares and 1 / n of the market in every window without the gaps.

    A gap adds to the windows that hold it. The inverse is NaN where a subtraction would lose digits.
    """
    lost[:] = 0.0
    gone[:] = 0.0
    squares[:] = 0.0
    for g in range(len(gaps)):
        first, last = max(gaps[g] - size + 1, 0), min(gaps[g] + 1, len(lost))
        _add(lost[first:last], 1.0)
        _add(gone[first:last], x[gaps[g]])
        _add(squares[first:last], x[gaps[g]] * x[gaps[g]])
    for w in range(len(weight)):
        weight[w] = 1.0 / (size - lost[w])
    for w in range(len(centre)):
        centre[w] = means[w] - (gone[w] - lost[w] * means[w]) * weight[w]
    for w in range(len(inverse)):
        shift = gone[w] - lost[w] * means[w]
        spread = spreads[w] - (squares[w] - means[w] * (gone[w] + shift)) - shift * shift * weight[w]
        inverse[w] = 1.0 / spread if spread > SAFE * spreads[w] else np.nan


@compiled
def _add(sums: Any, value: float) -> None:
    for w in range(len(sums)):
        sums[w] += value


@compiled
def _placebo_windows(
    y: Any, x: Any, centre: Any, inverse: Any, weight: Any, s: Any, cross: Any, squares: Any,
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
        squares[w] = left * weight[w] / (1.0 - 2.0 * weight[w]) if kept else -1.0
    for w in range(len(y)):
        abnormal[w] = y[w] - s[w] * weight[w] - cross[w] * inverse[w] * (x[w] - centre[w])
    for w in range(len(y)):
        away = x[w] - centre[w]
        sar[w] = abnormal[w] / np.sqrt(squares[w] * (1.0 + weight[w] + away * away * inverse[w]))
    return doubtful


@compiled_as_written
def _placebo_again(
    y: Any, x: Any, gaps: Any, lead: int, size: int, squares: Any, abnormal: Any, sar: Any
) -> None:
    """The windows with negative squares in two passes."""
    for w in range(len(squares)):
        if squares[w] < 0.0:
            low, high = between(gaps, 0, len(gaps), w, w + size)
            n, centre, spread, a, b, left = two_passes(y[w : w + size], x[w : w + size], gaps, low, high, w)
            day = w + lead
            abnormal[day] = y[day] - a - b * x[day]
            forecast = 1.0 + 1.0 / n + (x[day] - centre) ** 2 / spread
            sar[day] = abnormal[day] / np.sqrt(left / (n - 2) * forecast) if n > 2 else np.nan
